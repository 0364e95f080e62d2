package person

import (
	"fmt"
	"runtime"
	"testing"
)

// The parameters have the names and values of Python's in benchmarks/person.py.
const variant = "Person"

var modes = []string{"single", "threads"}

// sizes are the numbers of persons; -short leaves out the largest.
func sizes() []int {
	if testing.Short() {
		return []int{1_000, 100_000}
	}
	return []int{1_000, 100_000, 4_000_000}
}

// kept keeps what a benchmark computes, so that no work can be removed.
var kept any

// each times work b.N times, every time from a clean heap. As in Python,
// freeing is not part of the work.
func each(b *testing.B, work func()) {
	for i := 0; i < b.N; i++ {
		b.StopTimer()
		kept = nil
		runtime.GC()
		b.StartTimer()
		work()
	}
	b.StopTimer()
	kept = nil
}

// perSize runs a benchmark for every size.
func perSize(b *testing.B, run func(b *testing.B, n int)) {
	for _, n := range sizes() {
		b.Run(fmt.Sprintf("variant=%s/n=%d", variant, n), func(b *testing.B) { run(b, n) })
	}
}

func BenchmarkLifecycle(b *testing.B) {
	for _, mode := range modes {
		for _, n := range sizes() {
			b.Run(fmt.Sprintf("variant=%s/mode=%s/n=%d", variant, mode, n), func(b *testing.B) {
				each(b, func() {
					persons, err := Lifecycle(mode, n)
					if err != nil {
						b.Fatal(err)
					}
					kept = persons
				})
				reportMemory(b, mode, n)
			})
		}
	}
}

func BenchmarkCreate(b *testing.B) {
	perSize(b, func(b *testing.B, n int) {
		each(b, func() { kept = Create(n) })
	})
}

func BenchmarkFullName(b *testing.B) {
	perSize(b, func(b *testing.B, n int) {
		persons := Create(n)
		each(b, func() { kept = FullNames(persons) })
		runtime.KeepAlive(persons)
	})
}

func BenchmarkIncreaseAge(b *testing.B) {
	perSize(b, func(b *testing.B, n int) {
		persons := Create(n)
		b.ResetTimer()
		for i := 0; i < b.N; i++ {
			IncreaseAges(persons)
		}
		runtime.KeepAlive(persons)
	})
}
