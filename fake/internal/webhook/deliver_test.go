package webhook

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// receiver takes the place of the network: it responds to the webhooks of a sender, and notes when they came.
type receiver struct {
	mu      sync.Mutex
	start   time.Time
	results []int // the statuses of its responses in turn, the last one from then on; zero means no response
	got     []string
}

// RoundTrip notes a webhook as "user at 100ms", and "(badly signed)" if it is.
func (r *receiver) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	_, user, _ := strings.Cut(string(body), `"user_id":"`)
	user, _, _ = strings.Cut(user, `"`)
	note := fmt.Sprintf("%s at %s", user, clock.RealNow().Sub(r.start))
	if request.Header.Get("WorkOS-Signature") != Signature("s", clock.RealNow(), body) {
		note += " (badly signed)"
	}
	r.got = append(r.got, note)
	status := 200
	if len(r.results) > 0 {
		status = r.results[min(len(r.got), len(r.results))-1]
	}
	if status == 0 {
		return nil, errors.New("the network is down")
	}
	return &http.Response{
		StatusCode: status, Status: fmt.Sprint(status), Body: io.NopCloser(strings.NewReader("")), Request: request,
	}, nil
}

func (r *receiver) all() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

// inBubble runs a test with a sender for an environment with one endpoint and some faults. The endpoint responds with
// some statuses in turn, and with 200 if there are none. Time stands still unless everything waits.
func inBubble(t *testing.T, faults string, results []int, test func(*model.Environment, *Sender, *receiver)) {
	t.Helper()
	set, err := scenarios.Parse("test.yaml", []byte(`version: 1
webhooks: [{url: "http://app.test/hook", secret: s}]
faults: [`+faults+`]
`))
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(*testing.T) {
		r := &receiver{start: clock.RealNow(), results: results}
		world := model.New("test", "", set, clock.Running())
		defer world.Stop()
		s := New(&http.Client{Transport: r}, world, func(string, string) {}, nil)
		defer s.Close()
		test(world, s, r)
	})
}

// disconnect causes an event for each user, who has asked for a token before.
func disconnect(t *testing.T, world *model.Environment, users ...string) {
	t.Helper()
	scenario, err := world.Scenarios().Scenario("not_installed")
	if err != nil {
		t.Fatal(err)
	}
	for _, user := range users {
		if _, err := world.Token(model.Query{Key: scenarios.Key{Provider: "github", User: user}}); err != nil {
			t.Fatal(err)
		}
		place := scenarios.Place{Provider: "github", User: user, NoOrganization: true}
		if _, err := world.Switch(place, scenario, 0); err != nil {
			t.Fatal(err)
		}
		world.AllEvents() // computes those of the switch
	}
}

func TestDeliveries(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		faults  string
		results []int
		users   []string
		want    []string // what the endpoint receives
		states  string   // the states of the deliveries, the oldest first
	}{
		"taken at once": {
			users: []string{"alice"}, want: []string{"alice at 0s"}, states: "delivered",
		},
		"any 2xx takes it": {
			results: []int{204}, users: []string{"alice"}, want: []string{"alice at 0s"}, states: "delivered",
		},
		"a redirect does not": {
			results: []int{302, 200}, users: []string{"alice"}, want: []string{"alice at 0s", "alice at 100ms"},
			states: "delivered",
		},
		"again after 0.1, 0.5 and 2 s, then never": {
			results: []int{500}, users: []string{"alice"},
			want:   []string{"alice at 0s", "alice at 100ms", "alice at 600ms", "alice at 2.6s"},
			states: "dead",
		},
		"again without a response": {
			results: []int{0, 0, 200}, users: []string{"alice"},
			want: []string{"alice at 0s", "alice at 100ms", "alice at 600ms"}, states: "delivered",
		},
		"in order, also when one fails": {
			results: []int{500, 200}, users: []string{"alice", "bob", "carol"},
			want:   []string{"alice at 0s", "alice at 100ms", "bob at 100ms", "carol at 100ms"},
			states: "delivered delivered delivered",
		},
		"a dead one lets the next through": {
			results: []int{500, 500, 500, 500, 200}, users: []string{"alice", "bob"},
			want:   []string{"alice at 0s", "alice at 100ms", "alice at 600ms", "alice at 2.6s", "bob at 2.6s"},
			states: "dead delivered",
		},
		"twice, by a fault": {
			faults: "{duplicate: true, operation: webhook, user_id: alice}", users: []string{"alice", "bob"},
			want: []string{"alice at 0s", "alice at 0s", "bob at 0s"}, states: "delivered delivered",
		},
		"twice only once it was taken": {
			faults:  "{duplicate: true, operation: webhook}",
			results: []int{500, 200}, users: []string{"alice"},
			want: []string{"alice at 0s", "alice at 100ms", "alice at 100ms"}, states: "delivered",
		},
		"badly signed, by a fault": {
			faults: "{bad_signature: true, operation: webhook, user_id: bob}", users: []string{"alice", "bob"},
			want: []string{"alice at 0s", "bob at 0s (badly signed)"}, states: "delivered delivered",
		},
		"later, by a fault, with all behind it": {
			faults: "{delay: 1s, operation: webhook, user_id: alice}", users: []string{"alice", "bob"},
			want: []string{"alice at 1s", "bob at 1s"}, states: "delivered delivered",
		},
		"after the next, by a fault": {
			faults: "{late: true, operation: webhook, user_id: alice}", users: []string{"alice", "bob", "carol"},
			want: []string{"bob at 0s", "alice at 0s", "carol at 0s"}, states: "delivered delivered delivered",
		},
		"after half a second, if there is no next": {
			faults: "{late: true, operation: webhook}", users: []string{"alice"}, want: []string{"alice at 500ms"},
			states: "delivered",
		},
		"late, and then broken by the fault below": {
			faults: "{duplicate: true, operation: webhook}, {late: true, operation: webhook}",
			users:  []string{"alice"}, want: []string{"alice at 500ms", "alice at 500ms"}, states: "delivered",
		},
		"not broken by faults of responses": {
			faults: "{status: 503}, {hang: true}", users: []string{"alice"}, want: []string{"alice at 0s"},
			states: "delivered",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, one.faults, one.results, func(world *model.Environment, s *Sender, r *receiver) {
				disconnect(t, world, one.users...)
				time.Sleep(time.Minute)
				if got := r.all(); !slices.Equal(got, one.want) {
					t.Errorf("got %q, want %q", got, one.want)
				}
				if got := states(s); got != one.states {
					t.Errorf("the deliveries are %s, want %s", got, one.states)
				}
			})
		})
	}
}

// states returns the states of the deliveries, the oldest first.
func states(s *Sender) string {
	list, _ := s.List(100, func(*Delivery) bool { return true })
	var all []string
	for _, d := range slices.Backward(list) {
		all = append(all, d.State)
	}
	return strings.Join(all, " ")
}

func TestADeadDeliverySaysWhatWentWrong(t *testing.T) {
	t.Parallel()
	const faults = "{bad_signature: true, operation: webhook}"
	inBubble(t, faults, []int{500, 0, 302, 404}, func(world *model.Environment, s *Sender, _ *receiver) {
		disconnect(t, world, "alice")
		time.Sleep(time.Second)
		list, _ := s.List(1, func(*Delivery) bool { return true })
		if d := list[0]; d.State != Pending || d.Next.IsZero() || len(d.Attempts) != 3 {
			t.Errorf("after a second: %+v", d)
		}
		time.Sleep(time.Minute)
		list, _ = s.List(1, func(*Delivery) bool { return true })
		d := list[0]
		if d.State != Dead || d.Why != "4 attempts failed" || !d.Next.IsZero() || len(d.Attempts) != 4 {
			t.Fatalf("at the end: %+v", d)
		}
		for i, want := range []struct {
			status int
			err    string
		}{
			{500, "the endpoint answered 500"}, {0, "the network is down"},
			{302, "answered 302"}, {404, "answered 404"},
		} {
			got := d.Attempts[i]
			if got.Status != want.status || !strings.Contains(got.Error, want.err) || got.Fault == "" {
				t.Errorf("attempt %d: got %+v", i, got)
			}
		}
	})
}

func TestWhatCanBeRedelivered(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		results []int
		number  uint64
		change  func(*model.Environment, *model.Endpoint)
		want    bool
	}{
		"a delivered one":          {nil, 1, nil, true},
		"a dead one":               {[]int{500, 500, 500, 500, 200}, 1, nil, true},
		"not one that never was":   {nil, 2, nil, false},
		"not without its endpoint": {nil, 1, remove, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, "", one.results, func(world *model.Environment, s *Sender, r *receiver) {
				disconnect(t, world, "alice")
				time.Sleep(time.Minute)
				list, _ := s.List(1, func(*Delivery) bool { return true })
				if one.change != nil {
					one.change(world, world.Endpoint(list[0].Endpoint))
				}
				before := len(r.all())
				again, isKnown := s.Redeliver(one.number)
				time.Sleep(time.Minute)
				if isKnown != one.want || (len(r.all()) == before+1) != one.want {
					t.Errorf("got %v, and the endpoint %q", isKnown, r.all())
				}
				if isKnown && (again.Number != 2 || again.Event != list[0].Event) {
					t.Errorf("it is sent as %+v", again)
				}
			})
		})
	}
}

func remove(world *model.Environment, endpoint *model.Endpoint) {
	_ = world.DeleteEndpoint(endpoint.ID)
}

func disable(world *model.Environment, endpoint *model.Endpoint) {
	_, _ = world.UpdateEndpoint(endpoint.ID, func(e *model.Endpoint) { e.Enabled = false })
}

func TestAPendingDeliveryCannotBeRedelivered(t *testing.T) {
	t.Parallel()
	inBubble(t, "", []int{500}, func(world *model.Environment, s *Sender, _ *receiver) {
		disconnect(t, world, "alice")
		if _, isKnown := s.Redeliver(1); isKnown {
			t.Error("it was sent twice")
		}
	})
}

func TestADeliveryIsDroppedWithoutAnEndpoint(t *testing.T) {
	t.Parallel()
	type change = func(*model.Environment, *model.Endpoint)
	for name, change := range map[string]change{"removed": remove, "disabled": disable} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, "", []int{500}, func(world *model.Environment, s *Sender, r *receiver) {
				disconnect(t, world, "alice", "bob")
				synctest.Wait() // the first attempt has failed
				list, _ := s.List(1, func(*Delivery) bool { return true })
				change(world, world.Endpoint(list[0].Endpoint))
				time.Sleep(time.Minute)
				if got := states(s); got != "dropped dropped" || len(r.all()) != 1 {
					t.Errorf("the deliveries are %s, after %q", got, r.all())
				}
			})
		})
	}
}

func TestAResetForgetsWhatIsOnItsWay(t *testing.T) {
	t.Parallel()
	inBubble(t, "", []int{500}, func(world *model.Environment, s *Sender, r *receiver) {
		disconnect(t, world, "alice", "bob")
		synctest.Wait()
		if n := len(outbox{s}.Pending()); n != 2 {
			t.Errorf("%d are pending", n)
		}
		outbox{s}.Replace(nil)
		time.Sleep(time.Minute)
		if got := states(s); got != "" || len(r.all()) != 1 {
			t.Errorf("the deliveries are %q, after %q", got, r.all())
		}
	})
}

func TestWhatEndedSince(t *testing.T) {
	t.Parallel()
	inBubble(t, "", []int{200, 500, 500, 500, 500, 200}, func(world *model.Environment, s *Sender, _ *receiver) {
		isOver := s.Finished()
		disconnect(t, world, "alice", "bob", "carol")
		<-isOver
		time.Sleep(time.Minute)
		for _, one := range []struct {
			after uint64
			limit int
			want  string
		}{
			{0, 10, "1 delivered, 2 dead, 3 delivered"}, {1, 10, "2 dead, 3 delivered"}, {3, 10, ""},
			{0, 2, "2 dead, 3 delivered"}, {0, 1, "3 delivered"},
		} {
			list, now := s.FinishedSince(one.after, one.limit)
			var got []string
			for _, d := range list {
				got = append(got, fmt.Sprint(d.Number, " ", d.State))
			}
			if strings.Join(got, ", ") != one.want || now != 3 {
				t.Errorf("since %d, at most %d: got %q of %d, want %q", one.after, one.limit, got, now, one.want)
			}
		}
	})
}
