package textstat

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestCount(t *testing.T) {
	if got := Count("a b a")["a"]; got != 2 {
		t.Errorf("Count: got %d, want 2", got)
	}
}

func BenchmarkCount(b *testing.B) {
	for _, words := range []int{10, 1000} {
		text := strings.Repeat("lorem ipsum ", words/2)
		b.Run(fmt.Sprintf("words=%d", words), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for i := 0; i < b.N; i++ {
				Count(text)
			}
		})
	}
}

func BenchmarkIndex(b *testing.B) {
	text, err := os.ReadFile("testdata/text.txt")
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; i < b.N; i++ {
		Index(string(text))
	}
}
