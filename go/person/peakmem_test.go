package person

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// peakmemVariable asks the test binary to run one workload, print its peak
// memory and do nothing else: "variant mode n".
const peakmemVariable = "GOPYBENCH_PEAKMEM"

// minNForBytes: below this many persons their memory drowns in the
// granularity of pages and of the kernel's own counting.
const minNForBytes = 10_000

func TestMain(m *testing.M) {
	for variable, do := range map[string]func(string) error{
		peakmemVariable:      printPeak,
		instructionsVariable: doWork,
	} {
		if asked := os.Getenv(variable); asked != "" {
			if err := do(asked); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			os.Exit(0)
		}
	}
	os.Exit(m.Run())
}

func printPeak(workload string) error {
	var name, mode string
	var n int
	if _, err := fmt.Sscanf(workload, "%s %s %d", &name, &mode, &n); err != nil {
		return fmt.Errorf("%s=%q: want \"variant mode n\": %w", peakmemVariable, workload, err)
	}
	v, err := find(name)
	if err != nil {
		return err
	}
	persons, err := v.lifecycle(mode, n)
	if err != nil {
		return err
	}
	peak, err := residentPeak()
	if err != nil {
		return err
	}
	fmt.Println(peak)
	runtime.KeepAlive(persons)
	return nil
}

// residentPeak returns the highest resident set of this process so far, in
// bytes: VmHWM of /proc/self/status, see proc(5).
func residentPeak() (int, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for _, line := range strings.Split(string(status), "\n") {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmHWM:" {
			kib, err := strconv.Atoi(fields[1])
			return kib * 1024, err
		}
	}
	return 0, errors.New("/proc/self/status has no VmHWM")
}

// peakmem returns the peak memory of a fresh process that runs the workload,
// in bytes. The process has these environment variables besides this one's.
func peakmem(v variant, mode string, n int, environment ...string) (int, error) {
	binary, err := os.Executable()
	if err != nil {
		return 0, err
	}
	run := exec.Command(binary)
	run.Env = append(os.Environ(), fmt.Sprintf("%s=%s %s %d", peakmemVariable, v.name, mode, n))
	run.Env = append(run.Env, environment...)
	run.Stderr = os.Stderr
	out, err := run.Output()
	if err != nil {
		return 0, fmt.Errorf("measuring the peak memory of %s, %s, n = %d: %w", v.name, mode, n, err)
	}
	return strconv.Atoi(strings.TrimSpace(string(out)))
}

// measured holds what reportMemory found, for the calls of a benchmark that
// differ in b.N alone.
var measured = map[string][2]int{}

// reportMemory adds the peak memory and the bytes per person to a benchmark's
// results. Nothing is reported where the system does not tell.
func reportMemory(b *testing.B, v variant, mode string, n int, environment ...string) {
	if _, err := residentPeak(); err != nil {
		return
	}
	// Every repetition of a benchmark begins with one call at b.N = 1, so that
	// each -count is a sample of its own.
	peaks, ok := measured[b.Name()]
	if !ok || b.N == 1 {
		for i, persons := range []int{n, 0} {
			var err error
			if peaks[i], err = peakmem(v, mode, persons, environment...); err != nil {
				b.Fatal(err)
			}
		}
		measured[b.Name()] = peaks
	}
	b.ReportMetric(float64(peaks[0]), "peakmem-bytes")
	if n >= minNForBytes {
		b.ReportMetric(float64(peaks[0]-peaks[1])/float64(n), "bytes/person")
	}
}
