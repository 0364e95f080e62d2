package person

// The other ways to keep persons in Go. Person's own, in workload.go, is a
// slice of pointers, each to an allocation of its own.

// CreateValues makes n persons in a slice of values: no pointers, and a growing
// slice copies the persons.
func CreateValues(n int) []Person {
	var persons []Person
	for i := 0; i < n; i++ {
		persons = append(persons, Person{FirstName: firstName, LastName: lastName, Age: age})
	}
	return persons
}

// FullNamesOfValues returns the full name of every person.
func FullNamesOfValues(persons []Person) []string {
	var names []string
	for i := range persons {
		names = append(names, persons[i].FullName())
	}
	return names
}

// IncreaseAgesOfValues makes every person one year older.
func IncreaseAgesOfValues(persons []Person) {
	for i := range persons {
		persons[i].IncreaseAge()
	}
}

// liveValues is live with a slice of values.
func liveValues(n int) []Person {
	var persons []Person
	for i := 0; i < n; i++ {
		p := Person{FirstName: firstName, LastName: lastName, Age: age}
		_ = p.FullName()
		p.IncreaseAge()
		persons = append(persons, p)
	}
	return persons
}

// CreateArena makes n persons in an arena, one allocation that is as large as
// it has to be, and returns the pointers into it.
func CreateArena(n int) []*Person {
	arena := make([]Person, n)
	persons := make([]*Person, n)
	for i := range arena {
		p := &arena[i]
		p.FirstName, p.LastName, p.Age = firstName, lastName, age
		persons[i] = p
	}
	return persons
}

// liveArena is live with an arena.
func liveArena(n int) []*Person {
	arena := make([]Person, n)
	persons := make([]*Person, n)
	for i := range arena {
		p := &arena[i]
		p.FirstName, p.LastName, p.Age = firstName, lastName, age
		_ = p.FullName()
		p.IncreaseAge()
		persons[i] = p
	}
	return persons
}

// LifecycleOfValues is Lifecycle with slices of values.
func LifecycleOfValues(mode string, n int) ([][]Person, error) {
	return lifecycle(mode, n, liveValues)
}

// LifecycleInArenas is Lifecycle with an arena a worker.
func LifecycleInArenas(mode string, n int) ([][]*Person, error) {
	return lifecycle(mode, n, liveArena)
}
