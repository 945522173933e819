package replica

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
)

func here() Owner { return Owner{IsHere: true} }

func at(url string) Owner { return Owner{URL: url} }

func TestAnEnvironmentHasOneOwner(t *testing.T) {
	t.Parallel()
	w := start(t)
	a, b := w.add("http://a", "file"), w.add("http://b", "file")
	w.want(a, "one", here())
	w.want(b, "two", here())
	w.want(a, "two", at("http://b"))
	w.want(b, "one", at("http://a"))
	w.want(a, "one", here())
}

func TestEnvironmentsOfALostReplicaAreTakenOver(t *testing.T) {
	t.Parallel()
	w := start(t)
	a, b := w.add("http://a", "file"), w.add("http://b", "file")
	w.want(a, "one", here())
	w.want(a, "two", here())
	w.end(a)
	b.adoptOrphans()
	if got := b.host.Held(); !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("the other replica took over %q", got)
	}
	w.announce(a)
	if got := a.host.Held(); len(got) > 0 {
		t.Errorf("the lost replica still has %q", got)
	}
	w.want(a, "one", at("http://b"))
}

// A replica that slept for too long, or that cannot reach the store, serves nothing, and claims nothing.
func TestALateReplicaServesNothing(t *testing.T) {
	t.Parallel()
	w := start(t)
	a, b := w.add("http://a", "file"), w.add("http://b", "file")
	w.want(a, "one", here())
	a.sleep()
	if a.IsAlive() {
		t.Error("it believes that it is alive")
	}
	if owner, err := a.Owner(t.Context(), "one"); err != nil || owner.IsHere {
		t.Errorf("it serves an environment: %+v, %v", owner, err)
	}
	if owner, err := a.Owner(t.Context(), "new"); err != nil || owner != at("http://b") {
		t.Errorf("a new environment is to be served by %+v, %v", owner, err)
	}
	w.redis.SetError("down")
	if err := a.announce(t.Context()); err == nil {
		t.Error("it is announced")
	}
	if held := a.host.Held(); len(held) > 0 {
		t.Errorf("it has %q in memory", held)
	}
	if owner, err := a.Owner(t.Context(), "one"); err == nil {
		t.Errorf("an environment is to be served by %+v", owner)
	}
	w.redis.SetError("")
	w.announce(a)
	b.StopClaiming()
	w.want(a, "new", here())
}

// While an environment is loaded, the announcement can end, and another replica can take the environment.
func TestAnEnvironmentThatIsLoadedTooLateIsNotServed(t *testing.T) {
	t.Parallel()
	w := start(t)
	a, b := w.add("http://a", "file"), w.add("http://b", "file")
	a.host.entered, a.host.proceed = make(chan struct{}), make(chan struct{})
	failed := make(chan error)
	go func() {
		_, err := a.Owner(t.Context(), "one")
		failed <- err
	}()
	<-a.host.entered
	w.end(a)
	w.announce(a) // anew
	w.want(b, "one", here())
	a.host.proceed <- struct{}{}
	if err := <-failed; err == nil {
		t.Error("it became the owner")
	}
	if a.host.Holds("one") {
		t.Error("it is in the memory of both")
	}
	w.want(a, "one", at("http://b"))
}

// Loading an environment can take longer than an announcement lasts.
func TestAnnouncementsGoOnWhileEnvironmentsAreLoaded(t *testing.T) {
	t.Parallel()
	w := start(t)
	a, b := w.add("http://a", "file"), w.add("http://b", "file")
	w.want(b, "one", here())
	w.end(b)
	a.host.entered, a.host.proceed = make(chan struct{}, 1), make(chan struct{})
	if err := a.Join(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-a.host.entered // as an orphan
	a.mu.Lock()
	before := a.until
	a.mu.Unlock()
	waitUntil(t, "it is announced again", func() bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		return a.until.After(before)
	})
	close(a.host.proceed)
	if err := a.Leave(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestANewerFileTakesOver(t *testing.T) {
	t.Parallel()
	w := start(t)
	a, b := w.add("http://a", "old"), w.add("http://b", "old")
	w.want(a, "one", here())
	b.file = "new"
	w.announce(b)
	w.announce(a)
	w.want(a, "one", here()) // until it is handed over
	w.want(a, "two", at("http://b"))
	a.releaseIfOutdated()
	w.want(a, "one", at("http://b"))
	w.want(b, "one", here())
	if !slices.Equal(a.host.saved, []string{"one"}) {
		t.Errorf("it saved %q", a.host.saved)
	}
	w.end(b)
	w.announce(a)
	w.want(a, "one", here()) // nobody else has the new one
}

func TestAHandOverThatFailsIsMadeUpFor(t *testing.T) {
	t.Parallel()
	w := start(t)
	a, b := w.add("http://a", "old"), w.add("http://b", "new")
	w.redis.Set("pipesfake:file", "old")
	w.announce(a)
	w.want(a, "one", here())
	w.redis.Set("pipesfake:file", "new")
	w.announce(a)
	w.redis.SetError("down")
	a.host.failure = errors.New("not saved")
	a.releaseIfOutdated()
	w.redis.SetError("")
	w.want(a, "one", at("http://b"))
	w.want(b, "one", here())
}

func TestAReplicaThatLeavesGivesEverythingUp(t *testing.T) {
	t.Parallel()
	w := start(t)
	a, b := w.add("http://a", "file"), w.add("http://b", "file")
	w.want(a, "one", here())
	if err := a.Leave(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.want(b, "one", here())
	if list, err := b.Replicas(t.Context()); err != nil || len(list) != 1 || !list[0].IsHere {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestTheLogSaysWhichFileIsInForce(t *testing.T) {
	t.Parallel()
	w := start(t)
	a, b := w.add("http://a", "old"), w.add("http://b", "new")
	b.noteOthers(t.Context())
	w.announce(a)
	w.announce(a)
	if got := b.log.String(); !strings.Contains(got, "in place of that of others") ||
		!strings.Contains(got, "others=[http://a]") {
		t.Errorf("the replica with the new file says %s", got)
	}
	if got := a.log.String(); !strings.Contains(got, "another scenario file is in force") ||
		strings.Count(got, "\n") != 1 {
		t.Errorf("the replica with the old file says %s", got)
	}
	c := w.add("http://c", "old")
	c.noteOthers(t.Context())
	if got := c.log.String(); !strings.Contains(got, "another scenario file is in force") ||
		strings.Contains(got, "in place of that of others") {
		t.Errorf("one more with the old file says %s", got)
	}
	w.end(b)
	w.announce(a)
	if got := a.log.String(); !strings.Contains(got, "the scenario file of this replica is in force") {
		t.Errorf("once its file is the only one, it says %s", got)
	}
}

// Calls for an environment that is being handed over wait for the next owner, and those for others do not.
func TestCallsWaitForAHandOver(t *testing.T) {
	t.Parallel()
	w := start(t)
	a, b := w.add("http://a", "file"), w.add("http://b", "file")
	w.want(a, "one", here())
	a.host.settling, a.host.proceed = make(chan struct{}), make(chan struct{})
	handedOver := make(chan struct{})
	go func() {
		defer close(handedOver)
		a.HandOver(t.Context())
	}()
	<-a.host.settling
	w.want(b, "two", here())
	w.want(a, "two", at("http://b"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if owner, err := a.Owner(ctx, "one"); err != nil || !owner.IsHere {
		t.Errorf("a call that does not wait: %+v, %v", owner, err)
	}
	owners := make(chan Owner)
	go func() {
		owner, err := a.Owner(t.Context(), "one")
		if err != nil {
			t.Error(err)
		}
		owners <- owner
	}()
	a.host.proceed <- struct{}{}
	if owner := <-owners; owner != at("http://b") {
		t.Errorf("a call that waited: %+v", owner)
	}
	<-handedOver
	w.want(b, "one", here())
	w.want(a, "one", at("http://b"))
}
