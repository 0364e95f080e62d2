// Package person is the Go half of the subject: a Person with a first name, a
// last name and an age, and the work that gopybench measures with it in Go
// and in Python.
package person

// Person is the counterpart of Python's class of the same name.
type Person struct {
	FirstName string
	LastName  string
	Age       int
}

// New makes a person.
func New(firstName, lastName string, age int) *Person {
	return &Person{FirstName: firstName, LastName: lastName, Age: age}
}

// FullName returns the first and the last name with a space between.
func (p *Person) FullName() string {
	return p.FirstName + " " + p.LastName
}

// IncreaseAge makes the person one year older.
func (p *Person) IncreaseAge() {
	p.Age++
}
