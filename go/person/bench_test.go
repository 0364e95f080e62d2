package person

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"testing"
)

// The parameters have the names and values of Python's in benchmarks/person.py.

// variant is a way to keep persons, and the work that is done with them.
type variant struct {
	name         string
	lifecycle    func(mode string, n int) (any, error)
	create       func(n int) any
	fullNames    func(persons any) []string
	increaseAges func(persons any)
}

func variantOf[P any](
	name string,
	lifecycle func(mode string, n int) ([][]P, error),
	create func(n int) []P,
	fullNames func([]P) []string,
	increaseAges func([]P),
) variant {
	return variant{
		name:         name,
		lifecycle:    func(mode string, n int) (any, error) { return lifecycle(mode, n) },
		create:       func(n int) any { return create(n) },
		fullNames:    func(persons any) []string { return fullNames(persons.([]P)) },
		increaseAges: func(persons any) { increaseAges(persons.([]P)) },
	}
}

// variants are those that every commit has; variants_test.go adds to them
// where a commit has more.
var variants = []variant{variantOf("Person", Lifecycle, Create, FullNames, IncreaseAges)}

// find returns the variant of a name.
func find(name string) (variant, error) {
	for _, v := range variants {
		if v.name == name {
			return v, nil
		}
	}
	return variant{}, fmt.Errorf("no variant %q", name)
}

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

// discovering is true where the benchmarks are only run to find out which there
// are: what takes long is then left out.
var discovering = os.Getenv("GOPYBENCH_DISCOVERY") != ""

// sized runs a sub-benchmark on n persons.
func sized(b *testing.B, name string, n int, run func(b *testing.B)) {
	b.Run(fmt.Sprintf("%s/n=%d", name, n), func(b *testing.B) {
		if discovering && n >= large {
			b.Skip("too many persons to look which benchmarks there are")
		}
		run(b)
	})
}

// perSize runs a benchmark for every variant and size.
func perSize(b *testing.B, run func(b *testing.B, v variant, n int)) {
	for _, v := range variants {
		for _, n := range sizes() {
			sized(b, "variant="+v.name, n, func(b *testing.B) { run(b, v, n) })
		}
	}
}

func BenchmarkLifecycle(b *testing.B) {
	reportInstructions(b, "lifecycle")
	for _, v := range variants {
		for _, mode := range modes {
			for _, n := range sizes() {
				sized(b, fmt.Sprintf("variant=%s/mode=%s", v.name, mode), n, func(b *testing.B) {
					timeLifecycle(b, v, mode, n)
					reportMemory(b, v, mode, n)
				})
			}
		}
	}
}

func timeLifecycle(b *testing.B, v variant, mode string, n int) {
	each(b, n, func() {
		persons, err := v.lifecycle(mode, n)
		if err != nil {
			b.Fatal(err)
		}
		kept = persons
	})
}

func BenchmarkCreate(b *testing.B) {
	reportInstructions(b, "create")
	perSize(b, func(b *testing.B, v variant, n int) {
		each(b, n, func() { kept = v.create(n) })
	})
}

func BenchmarkFullName(b *testing.B) {
	reportInstructions(b, "full_name")
	perSize(b, func(b *testing.B, v variant, n int) {
		persons := v.create(n)
		each(b, n, func() { kept = v.fullNames(persons) })
		runtime.KeepAlive(persons)
	})
}

func BenchmarkIncreaseAge(b *testing.B) {
	reportInstructions(b, "increase_age")
	perSize(b, func(b *testing.B, v variant, n int) {
		persons := v.create(n)
		b.ResetTimer()
		for i := 0; i < b.N; i++ {
			v.increaseAges(persons)
		}
		runtime.KeepAlive(persons)
	})
}
