package fake_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

// Every part of a response differs between the states, so that a mixture of two states is noticed.
func TestResponsesNeverMixTwoStates(t *testing.T) {
	t.Parallel()
	w := start(t)
	stateOf := func(i int) fake.State {
		return fake.State{
			AccessToken:   fmt.Sprintf("token_%d", i),
			Scopes:        []string{fmt.Sprintf("granted_%d", i)},
			MissingScopes: []string{fmt.Sprintf("missing_%d", i)},
		}
	}
	whole := map[string]bool{}
	for i := range 8 {
		whole[fmt.Sprintf("token_%d [granted_%d] [missing_%d]", i, i, i)] = true
	}
	w.UseState(stateOf(0))
	var stop atomic.Bool
	var clients sync.WaitGroup
	for client := range 64 {
		clients.Go(func() {
			for i := 0; i < 20 || !stop.Load(); i++ {
				got := w.token("github", fmt.Sprintf("user_%d", (client+i)%5))
				if got.Error == "not_installed" {
					continue
				}
				if a := got.AccessToken; !whole[fmt.Sprintf("%s %v %v", a.AccessToken, a.Scopes, a.MissingScopes)] {
					t.Errorf("a mixture: %+v", got)
					return
				}
			}
		})
	}
	for i := range 200 {
		switch i % 4 {
		case 0:
			w.UseState(stateOf(i%8), fake.User(fmt.Sprintf("user_%d", i%5)))
		case 1:
			w.Use("not_installed", fake.Provider("github"))
		default:
			w.UseState(stateOf(i % 8))
		}
	}
	stop.Store(true)
	clients.Wait()
}

// A call that begins after a switch has returned sees it, whatever other clients do. Each client has an organization
// of its own, which it switches and reads in turn.
func TestCallsAfterASwitchSeeIt(t *testing.T) {
	t.Parallel()
	w := start(t)
	var clients sync.WaitGroup
	for client := range 64 {
		clients.Go(func() {
			organization := fmt.Sprintf("org_%d", client)
			for i := range 10 {
				want := []string{"not_installed", "needs_reauthorization", "active"}[i%3]
				w.put(fmt.Sprintf(`{"scenario": %q, "organization_id": %q}`, want, organization))
				if got := w.token("github", "alice", organization).says(); got != want {
					t.Errorf("%s: after the switch to %s it is %s", organization, want, got)
				}
			}
		})
	}
	clients.Wait()
}

// A refresh happens once: all calls at that moment get the same new token.
func TestConcurrentCallsRefreshATokenOnce(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	old := w.token("github", "alice").AccessToken.AccessToken
	w.Advance(2 * time.Hour)
	var tokens sync.Map
	var clients sync.WaitGroup
	for range 64 {
		clients.Go(func() { tokens.Store(w.token("github", "alice").AccessToken.AccessToken, true) })
	}
	clients.Wait()
	n := 0
	tokens.Range(func(key, _ any) bool {
		n++
		if key == old {
			t.Error("somebody got the old token")
		}
		return true
	})
	expect(t, "different new tokens", n, 1)
}

// Entries that were read from the journal do not change when switches follow (the race detector checks it).
func TestReadingTheJournalWhileSwitching(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithJournal(20))
	var stop atomic.Bool
	var reader sync.WaitGroup
	reader.Go(func() {
		for !stop.Load() {
			w.Requests()
		}
	})
	for i := range 120 { // more switches than are kept of one place
		if w.Use("expired"); i%5 == 0 {
			w.token("github", "alice")
		}
	}
	stop.Store(true)
	reader.Wait()
}

// The same for a delivery that is late because it waits for another one to overtake it.
func TestListingDeliveriesWhileOneIsLate(t *testing.T) {
	t.Parallel()
	r := receive(t, "s", nil)
	w := withFile(t, webhookFile(r.URL)+"faults: [{late: true, operation: webhook}]\n")
	w.token("github", "alice")
	w.Use("not_installed")
	w.Events()
	var delivered atomic.Bool
	var reader sync.WaitGroup
	reader.Go(func() {
		for !delivered.Load() {
			w.deliveries("")
		}
	})
	w.arrived("disconnected", 1) // after half a second
	delivered.Store(true)
	reader.Wait()
}
