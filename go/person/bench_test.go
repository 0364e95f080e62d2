package person

import (
	"fmt"
	"runtime"
	"runtime/debug"
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

// large is the number of persons from which Python times the work once in a
// process, with memory that is new to it.
const large = 1_000_000

// each times work on n persons b.N times, every time from a clean heap and,
// where n is large, with memory that is new to the process, as Python's is.
// Freeing is not part of the work, in Python neither.
func each(b *testing.B, n int, work func()) {
	b.StopTimer()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		b.StopTimer()
		kept = nil
		if n >= large {
			debug.FreeOSMemory()
		} else {
			runtime.GC()
		}
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
	reportInstructions(b, "lifecycle")
	for _, mode := range modes {
		for _, n := range sizes() {
			b.Run(fmt.Sprintf("variant=%s/mode=%s/n=%d", variant, mode, n), func(b *testing.B) {
				each(b, n, func() {
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
	reportInstructions(b, "create")
	perSize(b, func(b *testing.B, n int) {
		each(b, n, func() { kept = Create(n) })
	})
}

func BenchmarkFullName(b *testing.B) {
	reportInstructions(b, "full_name")
	perSize(b, func(b *testing.B, n int) {
		persons := Create(n)
		each(b, n, func() { kept = FullNames(persons) })
		runtime.KeepAlive(persons)
	})
}

func BenchmarkIncreaseAge(b *testing.B) {
	reportInstructions(b, "increase_age")
	perSize(b, func(b *testing.B, n int) {
		persons := Create(n)
		b.ResetTimer()
		for i := 0; i < b.N; i++ {
			IncreaseAges(persons)
		}
		runtime.KeepAlive(persons)
	})
}
