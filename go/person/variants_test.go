package person

import (
	"fmt"
	"testing"
	"unsafe"
)

// In a file of its own and without a benchmark: where a commit does not have
// these variants, the file is left out and the others are measured.
func init() {
	variants = append(variants,
		variantOf("PersonValue", LifecycleOfValues, CreateValues, FullNamesOfValues, IncreaseAgesOfValues),
		variantOf("PersonArena", LifecycleInArenas, CreateArena, FullNames, IncreaseAges),
	)
}

// each of a variant's persons, whichever way they are kept.
func pointers(persons any) []*Person {
	switch persons := persons.(type) {
	case []*Person:
		return persons
	case []Person:
		var all []*Person
		for i := range persons {
			all = append(all, &persons[i])
		}
		return all
	case [][]*Person:
		var all []*Person
		for _, worker := range persons {
			all = append(all, worker...)
		}
		return all
	case [][]Person:
		var all []*Person
		for _, worker := range persons {
			all = append(all, pointers(worker)...)
		}
		return all
	}
	panic(fmt.Sprintf("no persons: %T", persons))
}

func TestEveryVariantDoesTheSame(t *testing.T) {
	check := func(what string, persons []*Person, n, wantAge int) {
		seen := map[*Person]bool{}
		for _, p := range persons {
			if *p != (Person{FirstName: firstName, LastName: lastName, Age: wantAge}) {
				t.Fatalf("%s: person %+v", what, *p)
			}
			seen[p] = true
		}
		if len(seen) != n {
			t.Errorf("%s, n %d: %d persons", what, n, len(seen))
		}
	}
	for _, v := range variants {
		for _, n := range []int{0, 1, 7, 1000} {
			persons := v.create(n)
			check(v.name, pointers(persons), n, age)
			v.increaseAges(persons)
			check(v.name, pointers(persons), n, age+1)
			names := v.fullNames(persons)
			if len(names) != n || n > 0 && names[n-1] != "Jane Doe" {
				t.Errorf("%s, n %d: names %q", v.name, n, names)
			}
			for _, mode := range modes {
				workers, err := v.lifecycle(mode, n)
				if err != nil {
					t.Fatal(err)
				}
				check(v.name+" "+mode, pointers(workers), n, age+1)
			}
		}
		if _, err := v.lifecycle("processes", 1); err == nil {
			t.Errorf("%s, mode processes: no error", v.name)
		}
	}
	if _, err := find("PersonOfTomorrow"); err == nil {
		t.Error("a variant that there is not was found")
	}
}

func TestAnArenaIsOneAllocation(t *testing.T) {
	persons := CreateArena(1000)
	for i, p := range persons {
		if p != (*Person)(unsafe.Add(unsafe.Pointer(persons[0]), i*int(unsafe.Sizeof(*p)))) {
			t.Fatalf("person %d is not beside the one before", i)
		}
	}
}
