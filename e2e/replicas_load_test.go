package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// load makes calls through nginx until it ends.
type load struct {
	t            *testing.T
	url          string
	environments []string
	client       *http.Client
	history      *history
	outages      outages
	stop         chan struct{}
	running      sync.WaitGroup
	watchers     []*eventWatcher

	refused     atomic.Int64 // 503 with Retry-After
	failed      atomic.Int64 // everything else that is no clear answer
	lastFailure atomic.Pointer[string]
}

// allEvents are the parameters of the list of events.
const allEvents = "&events=pipes.connected_account.connected&events=pipes.connected_account.reauthorization_needed" +
	"&events=pipes.connected_account.disconnected"

func newLoad(t *testing.T, url string, environments int) *load {
	l := &load{t: t, url: url, history: newHistory(), stop: make(chan struct{})}
	for i := range environments {
		l.environments = append(l.environments, fmt.Sprintf("chaos-%d", i))
	}
	l.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}}
	t.Cleanup(l.client.CloseIdleConnections)
	return l
}

// startClients starts clients that switch and read the register of random environments.
func (l *load) startClients(clients int, seed uint64, pause time.Duration) {
	for client := range clients {
		random := rand.New(rand.NewPCG(seed, uint64(client)))
		l.running.Go(func() {
			for n := 0; !l.hasEnded(); n++ {
				environment := l.environments[random.IntN(len(l.environments))]
				one := recordedCall{environment: environment, client: client, isWrite: random.IntN(3) == 0}
				if one.isWrite {
					one.value = fmt.Sprintf("gho_%d_%d", client, n)
				}
				l.makeCall(one)
				time.Sleep(pause)
			}
		})
	}
}

func (l *load) hasEnded() bool {
	select {
	case <-l.stop:
		return true
	default:
		return false
	}
}

// end stops the load, and waits until it has stopped.
func (l *load) end() {
	close(l.stop)
	l.running.Wait()
}

// makeCall switches or reads a register, and records it.
func (l *load) makeCall(one recordedCall) {
	one.from = l.history.now()
	var answer struct {
		AccessToken struct {
			AccessToken string `json:"access_token"`
		} `json:"access_token"`
	}
	var err error
	if one.isWrite {
		err = l.switchTo(one.environment, fmt.Sprintf(`{"scenario": {"access_token": %q}, "provider": "slack"}`, one.value))
	} else {
		err = l.call(one.environment, "POST", "/data-integrations/slack/token", `{"user_id": "user_1"}`, &answer)
		if one.value = answer.AccessToken.AccessToken; strings.HasPrefix(one.value, "xoxb") {
			one.value = initial
		}
	}
	one.to, one.isUnclear = l.history.now(), err != nil
	if one.isWrite || err == nil {
		l.history.add(one)
	}
}

func (l *load) switchTo(environment, body string) error {
	return l.call(environment, "PUT", "/_control/scenario", body, nil)
}

// call makes a call once. An error says that it has no clear answer.
func (l *load) call(environment, method, path, body string, to any) error {
	request, err := http.NewRequest(method, l.url+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer sk_env_"+environment)
	response, err := l.client.Do(request)
	if err != nil {
		return l.fail(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	switch {
	case err != nil:
		return l.fail(err)
	case response.StatusCode == http.StatusServiceUnavailable && response.Header.Get("Retry-After") != "":
		l.refused.Add(1)
		return fmt.Errorf("503: %s", messageOf(text))
	case response.StatusCode != http.StatusOK:
		err := l.fail(fmt.Errorf("%s %s in %s: %d %s", method, path, environment, response.StatusCode, text))
		if response.StatusCode < 500 || response.StatusCode == http.StatusInternalServerError {
			l.t.Error(err)
		}
		return err
	case to == nil:
		return nil
	}
	return json.Unmarshal(text, to)
}

func messageOf(text []byte) string {
	var answer struct{ Message string }
	_ = json.Unmarshal(text, &answer)
	return answer.Message
}

func (l *load) fail(err error) error {
	l.failed.Add(1)
	text := err.Error()
	l.lastFailure.Store(&text)
	return err
}

// until repeats a call until it has a clear answer, and records how long its environment was unavailable.
// It returns how many times the call failed.
func (l *load) until(environment, method, path, body string, to any) (failures int) {
	began, why := l.history.now(), "slow"
	for ; ; failures++ {
		err := l.call(environment, method, path, body, to)
		if err == nil {
			break
		}
		why = err.Error()
		time.Sleep(10 * time.Millisecond)
	}
	if end := l.history.now(); end-began > noticeable {
		l.outages.add(outage{environment, began, end, why})
	}
	return failures
}

// eventWatcher causes events in an environment, one after the other, and follows the list of them.
type eventWatcher struct {
	load        *load
	environment string
	caused      int      // events
	unclear     int      // switches that failed: each may happen once more, also after the next one
	seen        []string // ids, in the order of the list
}

func (w *eventWatcher) user() string { return "user_of_" + w.environment }

// startEvents starts a watcher for each environment.
func (l *load) startEvents(pause time.Duration) {
	for _, environment := range l.environments {
		w := &eventWatcher{load: l, environment: environment}
		l.watchers = append(l.watchers, w)
		l.running.Go(func() {
			scenarios := []string{"needs_reauthorization", "active"}
			for !l.hasEnded() {
				w.unclear += l.until(environment, "PUT", "/_control/scenario", fmt.Sprintf(
					`{"scenario": %q, "provider": "github", "user_id": %q}`, scenarios[w.caused%2], w.user()), nil)
				w.caused++
				if w.caused%5 == 0 {
					w.follow()
				}
				time.Sleep(pause)
			}
			w.follow()
		})
	}
}

type listedEvent struct {
	ID, Event string
	Data      struct {
		UserID string `json:"user_id"`
	}
}

// follow reads the events that came since it was last called. Each of those that were listed must stay, in its place.
func (w *eventWatcher) follow() {
	t := w.load.t
	overlap := min(len(w.seen), 10)
	position := len(w.seen) - overlap
	for {
		path := "/events?order=asc&limit=100" + allEvents
		if position > 0 {
			path += "&after=" + w.seen[position-1]
		}
		var page struct{ Data []listedEvent }
		w.load.until(w.environment, "GET", path, "", &page)
		for _, one := range page.Data {
			w.check(position, one)
			position++
		}
		if len(page.Data) < 100 {
			break
		}
	}
	if position < w.caused || position < len(w.seen) {
		t.Errorf("%s: %d events are listed, of %d that were listed before and %d that were caused", w.environment,
			position, len(w.seen), w.caused)
	}
}

// numberOf returns the number at the end of the id of an event, in Crockford's base 32.
func numberOf(id string) (number int) {
	for _, digit := range id[max(0, len(id)-8):] {
		number = number*32 + strings.IndexRune("0123456789ABCDEFGHJKMNPQRSTVWXYZ", digit)
	}
	return number
}

// check checks the event at a position of the list.
func (w *eventWatcher) check(position int, one listedEvent) {
	t := w.load.t
	want := "pipes.connected_account.reauthorization_needed"
	if position%2 == 1 {
		want = "pipes.connected_account.connected"
	}
	if numberOf(one.ID) != position+1 {
		t.Errorf("%s: event %d of the list is %s", w.environment, position, one.ID)
	}
	if one.Event != want || one.Data.UserID != w.user() {
		t.Errorf("%s: event %d is %+v, want %s", w.environment, position, one, want)
	}
	switch {
	case position == len(w.seen):
		w.seen = append(w.seen, one.ID)
	case w.seen[position] != one.ID:
		t.Errorf("%s: event %d is %s, and was %s before", w.environment, position, one.ID, w.seen[position])
	}
}

// checkEvents checks that each environment has the events that were caused, after the load has ended.
func (l *load) checkEvents() {
	total := 0
	for _, w := range l.watchers {
		w.follow()
		if len(w.seen) < w.caused || len(w.seen) > w.caused+w.unclear {
			l.t.Errorf("%s: %d events; %d were caused, and at most %d besides", w.environment, len(w.seen), w.caused,
				w.unclear)
		}
		total += w.caused
	}
	l.t.Logf("%d events of %d environments are listed once each, in order", total, len(l.watchers))
}

// report logs what happened to calls.
func (l *load) report() {
	last := "none"
	if text := l.lastFailure.Load(); text != nil {
		last = *text
	}
	l.t.Logf("%d calls were answered with 503 and Retry-After, %d failed otherwise, the last of them: %s",
		l.refused.Load(), l.failed.Load(), last)
}

// during keeps making rounds of a fault, and returns what environments went through meanwhile.
func (l *load) during(ctx context.Context, rounds int, fault func(round int)) (all []outage) {
	for round := range rounds {
		if ctx.Err() != nil {
			break
		}
		from := l.history.now()
		fault(round)
		all = append(all, l.outages.longest(from, l.history.now())...)
	}
	return all
}
