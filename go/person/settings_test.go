package person

import (
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"testing"
)

// setting is a way to set Go's garbage collector, or how many cores it and the
// work may use (0: as it is), for this process and, as environment variables,
// for another. Without these it is as it is.
type setting struct {
	name        string
	gcPercent   int
	memoryLimit int64
	procs       int
	environment []string
}

// settings: the limit is below the peak of the default at 4,000,000 persons.
var settings = []setting{
	{name: "default"},
	{"gogc-off", -1, math.MaxInt64, 0, []string{"GOGC=off", "GOMEMLIMIT=off"}},
	{"memlimit-256MiB", -1, 256 << 20, 0, []string{"GOGC=off", "GOMEMLIMIT=256MiB"}},
	{"gomaxprocs-1", 100, math.MaxInt64, 1, []string{"GOGC=100", "GOMEMLIMIT=off", "GOMAXPROCS=1"}},
}

// apply sets this process and returns what undoes it.
func (s setting) apply() (undo func()) {
	if s.environment == nil {
		return func() {}
	}
	gcPercent := debug.SetGCPercent(s.gcPercent)
	memoryLimit := debug.SetMemoryLimit(s.memoryLimit)
	procs := runtime.GOMAXPROCS(s.procs)
	return func() {
		runtime.GOMAXPROCS(procs)
		debug.SetGCPercent(gcPercent)
		debug.SetMemoryLimit(memoryLimit)
	}
}

// BenchmarkSettings is the lifecycle in a single thread, where the garbage
// collector is set otherwise.
func BenchmarkSettings(b *testing.B) {
	for _, v := range variants {
		for _, s := range settings {
			for _, n := range sizes()[1:] {
				sized(b, fmt.Sprintf("variant=%s/setting=%s", v.name, s.name), n, func(b *testing.B) {
					defer s.apply()()
					timeLifecycle(b, v, "single", n)
					reportMemory(b, v, "single", n, s.environment...)
				})
			}
		}
	}
}

func TestASettingIsAppliedAndUndone(t *testing.T) {
	current := func() (int, int64) {
		gcPercent := debug.SetGCPercent(100)
		debug.SetGCPercent(gcPercent)
		return gcPercent, debug.SetMemoryLimit(-1)
	}
	percent, limit := current()
	procs := runtime.GOMAXPROCS(0)
	for _, s := range settings {
		wantPercent, wantLimit := s.gcPercent, s.memoryLimit
		if s.name == "default" {
			wantPercent, wantLimit = percent, limit
		}
		wantProcs := procs
		if s.procs != 0 {
			wantProcs = s.procs
		}
		undo := s.apply()
		if p, l := current(); p != wantPercent || l != wantLimit {
			t.Errorf("%s: GOGC %d, GOMEMLIMIT %d", s.name, p, l)
		}
		if p := runtime.GOMAXPROCS(0); p != wantProcs {
			t.Errorf("%s: GOMAXPROCS %d", s.name, p)
		}
		undo()
		if p, l := current(); p != percent || l != limit {
			t.Errorf("after %s: GOGC %d, GOMEMLIMIT %d", s.name, p, l)
		}
		if p := runtime.GOMAXPROCS(0); p != procs {
			t.Errorf("after %s: GOMAXPROCS %d", s.name, p)
		}
	}
}

func TestWithoutACollectorMemoryGrows(t *testing.T) {
	v := variants[0]
	if _, err := residentPeak(); err != nil {
		t.Skip(err)
	}
	peaks := map[string]int{}
	for _, s := range settings {
		var err error
		if peaks[s.name], err = peakmem(v, "single", 1_000_000, s.environment...); err != nil {
			t.Fatal(err)
		}
	}
	if peaks["gogc-off"] < peaks["default"]*11/10 {
		t.Errorf("peaks %v", peaks)
	}
}
