package person

import (
	"fmt"
	"runtime"
	"sync"
)

const (
	firstName = "Jane"
	lastName  = "Doe"
	age       = 30
)

// Create makes n persons.
func Create(n int) []*Person {
	var persons []*Person
	for i := 0; i < n; i++ {
		persons = append(persons, New(firstName, lastName, age))
	}
	return persons
}

// FullNames returns the full name of every person.
func FullNames(persons []*Person) []string {
	var names []string
	for _, p := range persons {
		names = append(names, p.FullName())
	}
	return names
}

// IncreaseAges makes every person one year older.
func IncreaseAges(persons []*Person) {
	for _, p := range persons {
		p.IncreaseAge()
	}
}

// live makes n persons; each gives its full name, which is dropped, and is
// aged by one.
func live(n int) []*Person {
	var persons []*Person
	for i := 0; i < n; i++ {
		p := New(firstName, lastName, age)
		_ = p.FullName()
		p.IncreaseAge()
		persons = append(persons, p)
	}
	return persons
}

// shares splits n into parts that differ by one at most.
func shares(n, workers int) []int {
	parts := make([]int, workers)
	for i := range parts {
		parts[i] = n / workers
		if i < n%workers {
			parts[i]++
		}
	}
	return parts
}

// Lifecycle runs the whole workload of n persons and returns them, a slice a
// worker. Mode is "single" or "threads": goroutines on all cores that the
// process may use.
func Lifecycle(mode string, n int) ([][]*Person, error) {
	return lifecycle(mode, n, live)
}

// lifecycle is Lifecycle with persons of any kind, as live makes them. A worker
// that panics ends the process; one that ends by itself is an error.
func lifecycle[P any](mode string, n int, live func(n int) []P) ([][]P, error) {
	switch mode {
	case "single":
		return [][]P{live(n)}, nil
	case "threads":
		parts := shares(n, runtime.GOMAXPROCS(0))
		persons := make([][]P, len(parts))
		var workers sync.WaitGroup
		for i, part := range parts {
			workers.Add(1)
			go func(i, part int) {
				defer workers.Done()
				persons[i] = live(part)
			}(i, part)
		}
		workers.Wait()
		for i, part := range parts {
			if len(persons[i]) != part {
				return nil, fmt.Errorf("a worker made %d of its %d persons", len(persons[i]), part)
			}
		}
		return persons, nil
	default:
		return nil, fmt.Errorf("unknown mode %q: single or threads", mode)
	}
}
