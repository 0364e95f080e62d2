package person

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestPerson(t *testing.T) {
	p := New("Ada", "Lovelace", 35)
	if got := p.FullName(); got != "Ada Lovelace" {
		t.Errorf("FullName() = %q", got)
	}
	p.IncreaseAge()
	if p.Age != 36 {
		t.Errorf("Age = %d after IncreaseAge, want 36", p.Age)
	}
}

func TestLifecycleKeepsAllPersons(t *testing.T) {
	for _, mode := range []string{"single", "threads"} {
		for _, n := range []int{0, 1, 7, 1000} {
			workers, err := Lifecycle(mode, n)
			if err != nil {
				t.Fatal(err)
			}
			seen := map[*Person]bool{}
			for _, persons := range workers {
				for _, p := range persons {
					if p.Age != age+1 || p.FullName() != "Jane Doe" {
						t.Fatalf("mode %s: person %+v", mode, *p)
					}
					seen[p] = true
				}
			}
			if len(seen) != n {
				t.Errorf("mode %s, n %d: %d persons", mode, n, len(seen))
			}
		}
	}
	if _, err := Lifecycle("processes", 1); err == nil {
		t.Error("mode processes: no error")
	}
}

func TestAWorkerThatEndsEarlyIsAnError(t *testing.T) {
	if runtime.GOMAXPROCS(0) < 2 {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	}
	_, err := lifecycle("threads", 3, func(n int) []*Person {
		if n == 1 { // the last worker's part
			runtime.Goexit()
		}
		return live(n)
	})
	if err == nil || err.Error() != "a worker made 0 of its 1 persons" {
		t.Errorf("error %v", err)
	}
}

func TestAWorkerThatPanicsEndsTheProcess(t *testing.T) {
	const variable = "GOPYBENCH_PANIC"
	if os.Getenv(variable) != "" {
		persons, err := lifecycle("threads", 3, func(n int) []*Person { panic("a worker's") })
		t.Skip("not reached", persons, err)
	}
	run := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	run.Env = append(os.Environ(), variable+"=1")
	if out, err := run.CombinedOutput(); err == nil || !strings.Contains(string(out), "a worker's") {
		t.Errorf("error %v\n%s", err, out)
	}
}

func TestCreateFullNamesIncreaseAges(t *testing.T) {
	persons := Create(5)
	IncreaseAges(persons)
	names := FullNames(persons)
	if len(names) != 5 || names[4] != "Jane Doe" || persons[4].Age != age+1 {
		t.Errorf("names %q, last age %d", names, persons[4].Age)
	}
}

func TestSharesSplitEvenly(t *testing.T) {
	for _, c := range []struct{ n, workers, first, last int }{{10, 3, 4, 3}, {2, 4, 1, 0}, {8, 2, 4, 4}} {
		parts := shares(c.n, c.workers)
		sum := 0
		for _, part := range parts {
			sum += part
		}
		if sum != c.n || parts[0] != c.first || parts[len(parts)-1] != c.last {
			t.Errorf("shares(%d, %d) = %v", c.n, c.workers, parts)
		}
	}
}

func TestPeakGrowsWithThePersons(t *testing.T) {
	for _, v := range variants {
		small, err := peakmem(v, "single", 0)
		if err != nil {
			t.Skip(err)
		}
		large, err := peakmem(v, "single", 1_000_000)
		if err != nil {
			t.Fatal(err)
		}
		// A person is 40 bytes at the least.
		if perPerson := (large - small) / 1_000_000; perPerson < 40 || perPerson > 200 {
			t.Errorf("%s: %d bytes per person", v.name, perPerson)
		}
	}
}

func TestInstructionsAreCounted(t *testing.T) {
	valgrind, err := exec.LookPath("valgrind")
	if err != nil {
		t.Skip(err)
	}
	once, err := count(valgrind, "Person", "create", few)
	if err != nil {
		t.Fatal(err)
	}
	twice, err := count(valgrind, "Person", "create", 2*few)
	if err != nil {
		t.Fatal(err)
	}
	if perPerson := (twice - once) / few; perPerson < 50 || perPerson > 1000 {
		t.Errorf("%d instructions per person", perPerson)
	}
	if _, err := count(valgrind, "Person", "nothing", few); err == nil {
		t.Error("a work that there is not was counted")
	}
}

func TestTimingCountsNothing(t *testing.T) {
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// In the place of valgrind a program that leaves a trace of its call.
	directory := t.TempDir()
	trace := filepath.Join(directory, "called")
	script := "#!/bin/sh\n: >'" + trace + "'\nexit 1\n"
	if err := os.WriteFile(filepath.Join(directory, "valgrind"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", directory)
	counts := func(pattern string, environment ...string) bool {
		run := exec.Command(binary, "-test.run=^$", "-test.benchtime=1x", "-test.bench="+pattern)
		run.Env = append(os.Environ(), environment...)
		out, err := run.CombinedOutput()
		_, missing := os.Stat(trace)
		called := !errors.Is(missing, fs.ErrNotExist)
		// A count fails, as nothing was counted.
		if failed := err != nil; failed != called {
			t.Errorf("%s: %v\n%s", pattern, err, out)
		}
		os.Remove(trace)
		return called
	}
	for _, timed := range []string{
		"^BenchmarkIncreaseAge$/^variant=Person$/^n=1000$",
		"^BenchmarkLifecycle$/^variant=Person$/^mode=single$/^n=1000$",
	} {
		if counts(timed) {
			t.Errorf("%s counts instructions", timed)
		}
	}
	if !counts("^BenchmarkIncreaseAge$/^variant=Person$") {
		t.Error("a benchmark that counts instructions does not")
	}
	if counts("^BenchmarkIncreaseAge$", "GOPYBENCH_DISCOVERY=1") {
		t.Error("instructions are counted to look which benchmarks there are")
	}
}

func TestOnlyTheWorkIsTimed(t *testing.T) {
	benchtime := flag.Lookup("test.benchtime").Value
	before := benchtime.String()
	if err := benchtime.Set("1x"); err != nil {
		t.Fatal(err)
	}
	defer benchtime.Set(before)

	const pause = 50 * time.Millisecond
	result := testing.Benchmark(func(b *testing.B) {
		time.Sleep(pause)
		each(b, 1, func() {})
	})
	if result.N != 1 || result.T >= pause {
		t.Errorf("%v timed, of which %v were preparation", result.T, pause)
	}
}
