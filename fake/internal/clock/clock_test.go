package clock_test

import (
	"testing"
	"testing/synctest"
	"time"

	"example.com/pipesfake/fake/internal/clock"
)

func noon() time.Time { return time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC) }

// In each case something happens to a clock, then an hour of real time passes.
func TestTimeOfAClock(t *testing.T) {
	t.Parallel()
	const hour = time.Hour
	for _, test := range []struct {
		name string
		run  func(bubble time.Time) *clock.Clock // bubble is the real time at the beginning
		want func(bubble time.Time) time.Time
	}{
		{"a running clock follows real time",
			func(time.Time) *clock.Clock { return clock.Running() },
			func(bubble time.Time) time.Time { return bubble.Add(hour) }},
		{"a frozen clock stays",
			func(time.Time) *clock.Clock { return clock.FrozenAt(noon()) },
			func(time.Time) time.Time { return noon() }},
		{"a running clock that is set runs on from there",
			func(time.Time) *clock.Clock { return with(clock.Running(), set(noon())) },
			func(time.Time) time.Time { return noon().Add(hour) }},
		{"a frozen clock that is set stays there",
			func(time.Time) *clock.Clock { return with(clock.FrozenAt(noon()), set(noon().Add(-hour))) },
			func(time.Time) time.Time { return noon().Add(-hour) }},
		{"a running clock that is frozen stays",
			func(time.Time) *clock.Clock { return with(clock.Running(), freeze) },
			func(bubble time.Time) time.Time { return bubble }},
		{"a frozen clock that is released runs on from its time",
			func(time.Time) *clock.Clock { return with(clock.FrozenAt(noon()), release) },
			func(time.Time) time.Time { return noon().Add(hour) }},
		{"a clock that was frozen for a while is late",
			func(time.Time) *clock.Clock { return with(clock.Running(), freeze, sleep(hour), release) },
			func(bubble time.Time) time.Time { return bubble.Add(hour) }},
		{"a reset returns a running clock to real time",
			func(time.Time) *clock.Clock { return with(clock.Running(), set(noon()), freeze, (*clock.Clock).Reset) },
			func(bubble time.Time) time.Time { return bubble.Add(hour) }},
		{"a reset returns a frozen clock to its start",
			func(time.Time) *clock.Clock {
				return with(clock.FrozenAt(noon()), set(noon().Add(hour)), release, (*clock.Clock).Reset)
			},
			func(time.Time) time.Time { return noon() }},
		{"a frozen clock is restored at its time",
			func(time.Time) *clock.Clock { return saved(clock.FrozenAt(noon())) },
			func(time.Time) time.Time { return noon() }},
		{"a running clock is restored as far from real time",
			func(time.Time) *clock.Clock { return saved(with(clock.Running(), set(noon()))) },
			func(time.Time) time.Time { return noon().Add(2 * hour) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				bubble := time.Now()
				c := test.run(bubble)
				time.Sleep(hour)
				if got, want := c.Now(), test.want(bubble); !got.Equal(want) {
					t.Errorf("the clock shows %v, want %v", got, want)
				}
				if got := c.TimeAt(clock.RealNow()); !got.Equal(c.Now()) {
					t.Errorf("at the present instant the clock shows %v, and now %v", got, c.Now())
				}
			})
		})
	}
}

// with applies changes to a clock in turn.
func with(c *clock.Clock, changes ...func(*clock.Clock)) *clock.Clock {
	for _, change := range changes {
		change(c)
	}
	return c
}

func freeze(c *clock.Clock)  { c.Freeze(true) }
func release(c *clock.Clock) { c.Freeze(false) }

func set(to time.Time) func(*clock.Clock) {
	return func(c *clock.Clock) { c.Set(to) }
}

func sleep(d time.Duration) func(*clock.Clock) {
	return func(*clock.Clock) { time.Sleep(d) }
}

// saved returns another clock that is restored an hour after one was saved.
func saved(c *clock.Clock) *clock.Clock {
	setting := c.Save()
	time.Sleep(time.Hour)
	restored := clock.Running()
	restored.Restore(setting)
	return restored
}

func TestHowFarAClockCanBeSet(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		make func() (c *clock.Clock, origin time.Time)
	}{
		{"a frozen clock, from its start", func() (*clock.Clock, time.Time) { return clock.FrozenAt(noon()), noon() }},
		{"a running clock, from real time", func() (*clock.Clock, time.Time) { return clock.Running(), time.Now() }},
		{"not from where it was set before", func() (*clock.Clock, time.Time) {
			return with(clock.FrozenAt(noon()), set(noon().Add(clock.Furthest))), noon()
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, origin := test.make()
				for distance, want := range map[time.Duration]bool{
					clock.Furthest: true, clock.Furthest + 1: false, -clock.Furthest: true, -clock.Furthest - 1: false,
				} {
					before := c.Now()
					if got := c.Set(origin.Add(distance)); got != want {
						t.Errorf("set by %v: %v, want %v", distance, got, want)
					}
					if !want && !c.Now().Equal(before) {
						t.Errorf("a clock that cannot be set by %v moves", distance)
					}
				}
			})
		})
	}
}

func TestWhichClocksAreFrozen(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		clock *clock.Clock
		want  bool
	}{
		{"a running one", clock.Running(), false},
		{"a frozen one", clock.FrozenAt(noon()), true},
		{"one that was frozen", with(clock.Running(), freeze), true},
		{"one that was released", with(clock.FrozenAt(noon()), release), false},
		{"setting changes nothing", with(clock.FrozenAt(noon()), set(noon())), true},
		{"a reset frozen one", with(clock.FrozenAt(noon()), release, (*clock.Clock).Reset), true},
		{"a reset running one", with(clock.Running(), freeze, (*clock.Clock).Reset), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := test.clock.Frozen(); got != test.want {
				t.Errorf("frozen: %v, want %v", got, test.want)
			}
		})
	}
}

func TestTimeReachedBeforeRewinds(t *testing.T) {
	t.Parallel()
	at := func(hours int) time.Time { return noon().Add(time.Duration(hours) * time.Hour) }
	var once, twice, lower clock.Rewinds
	once = once.Add(1, at(5))
	twice = once.Add(2, at(3))
	lower = once.Add(2, at(7))
	for _, test := range []struct {
		name    string
		rewinds clock.Rewinds
		since   uint64
		now     int
		want    int
	}{
		{"never set back", nil, 0, 1, 1},
		{"set back once", once, 0, 1, 5},
		{"what began after the rewind", once, 1, 1, 1},
		{"the clock went further again", once, 0, 6, 6},
		{"set back twice", twice, 0, 1, 5},
		{"what began between two rewinds", twice, 1, 1, 3},
		{"a rewind from later replaces those before", lower, 0, 1, 7},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := test.rewinds.Reached(test.since, at(test.now)); !got.Equal(at(test.want)) {
				t.Errorf("reached %v, want %v", got, at(test.want))
			}
		})
	}
}

func TestRewindsAreBounded(t *testing.T) {
	t.Parallel()
	var rewinds clock.Rewinds
	for i := range uint64(200) {
		rewinds = rewinds.Add(i+1, noon().Add(-time.Duration(i)*time.Hour))
	}
	if len(rewinds) != 100 || rewinds[99].Number != 200 {
		t.Errorf("%d rewinds, want the last 100", len(rewinds))
	}
}
