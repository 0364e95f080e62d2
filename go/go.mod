module gopybench

go 1.21
