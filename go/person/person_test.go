package person

import (
	"flag"
	"os/exec"
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
