package person

import (
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// instructionsVariable asks the test binary to do one work and nothing else:
// "variant work n".
const instructionsVariable = "GOPYBENCH_INSTRUCTIONS"

// few persons are those of one of the two processes whose difference is
// counted, so that start-up falls away.
const few = 50_000

// many returns the persons of the other: so many that what Go's runtime does
// in between does not matter.
func many(work string) int {
	if work == "increase_age" { // a few instructions each
		return 100 * few
	}
	return 5 * few
}

// chance is what is not counted, since it goes by where the system placed the
// heap, and by the clock.
var chance = []string{"runtime.(*pageAlloc).find", "runtime.sysmon"}

var collected = regexp.MustCompile(`Collected : (\d+)`)

// works are what is counted, on n persons, a multiple of few. As in Python the
// steps after the making use as many persons in both processes.
var works = map[string]func(v variant, n int) any{
	"lifecycle": func(v variant, n int) any {
		persons, err := v.lifecycle("single", n)
		if err != nil {
			panic(err)
		}
		return persons
	},
	"create": func(v variant, n int) any { return v.create(n) },
	"full_name": func(v variant, n int) any {
		persons := v.create(few)
		var names [][]string
		for i := 0; i < n/few; i++ {
			names = append(names, v.fullNames(persons))
		}
		return names
	},
	"increase_age": func(v variant, n int) any {
		persons := v.create(few)
		for i := 0; i < n/few; i++ {
			v.increaseAges(persons)
		}
		return persons
	},
}

func doWork(asked string) error {
	// Which allocations the profiler samples is left to chance.
	runtime.MemProfileRate = 0
	var variantName, name string
	var n int
	if _, err := fmt.Sscanf(asked, "%s %s %d", &variantName, &name, &n); err != nil || works[name] == nil {
		return fmt.Errorf("%s=%q: want \"variant work n\"", instructionsVariable, asked)
	}
	v, err := find(variantName)
	if err != nil {
		return err
	}
	runtime.KeepAlive(works[name](v, n))
	return nil
}

// count returns the instructions of a fresh process that does the work.
func count(valgrind, variantName, name string, n int) (int, error) {
	binary, err := os.Executable()
	if err != nil {
		return 0, err
	}
	command := []string{
		valgrind, "--tool=callgrind", "--callgrind-out-file=/dev/null",
	}
	for _, function := range chance {
		command = append(command, "--toggle-collect="+function)
	}
	command = append(command, "--collect-atstart=yes", binary)
	if setarch, err := exec.LookPath("setarch"); err == nil {
		command = append([]string{setarch, "-R"}, command...)
	}
	run := exec.Command(command[0], command[1:]...)
	// The collector runs when it likes: it is not in the count. Callgrind
	// cannot take the signals that interrupt a goroutine.
	run.Env = append(os.Environ(), "GOMAXPROCS=1", "GOGC=off", "GODEBUG=asyncpreemptoff=1",
		fmt.Sprintf("%s=%s %s %d", instructionsVariable, variantName, name, n))
	out, err := run.CombinedOutput()
	found := collected.FindSubmatch(out)
	if err != nil || found == nil {
		return 0, fmt.Errorf("counting the instructions of %s of %s, n = %d: %v\n%s",
			name, variantName, n, err, out)
	}
	return strconv.Atoi(string(found[1]))
}

// least returns the least of two counts: what Go's scheduler does by the clock
// only adds to them.
func least(valgrind, variantName, name string, n int) (int, error) {
	smallest := math.MaxInt
	for i := 0; i < 2; i++ {
		instructions, err := count(valgrind, variantName, name, n)
		if err != nil {
			return 0, err
		}
		smallest = min(smallest, instructions)
	}
	return smallest, nil
}

// counted holds what was counted in this process: it is the same every time.
var counted = map[string]float64{}

// reportInstructions is a benchmark of its own for each variant that reports
// the instructions a person costs, and no time. It reports nothing without
// valgrind.
//
// Its name is the beginning of the timed ones' names, and Go runs whatever may
// hold a benchmark that -bench asks for: where that names a timed one, nothing
// is counted.
func reportInstructions(b *testing.B, name string) {
	if levels() > 2 {
		return
	}
	for _, v := range variants {
		b.Run("variant="+v.name, func(b *testing.B) {
			instructions := math.NaN()
			if !discovering {
				instructions = countOnce(b, v.name, name)
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(instructions, "instructions")
		})
	}
}

// levels returns how many parts the name has that -bench asks for, the
// function's included.
func levels() int {
	return 1 + strings.Count(flag.Lookup("test.bench").Value.String(), "/")
}

// countOnce returns the instructions that a person costs.
func countOnce(b *testing.B, variantName, name string) float64 {
	valgrind, err := exec.LookPath("valgrind")
	if err != nil {
		b.Skip("instructions are counted by valgrind, which is not installed")
	}
	key := variantName + " " + name
	if _, ok := counted[key]; !ok {
		counts := [2]int{}
		for i, n := range []int{few, many(name)} {
			if counts[i], err = least(valgrind, variantName, name, n); err != nil {
				b.Fatal(err)
			}
		}
		counted[key] = float64(counts[1]-counts[0]) / float64(many(name)-few)
	}
	return counted[key]
}
