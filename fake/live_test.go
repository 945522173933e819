package fake_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

// aPulse is longer than a few heartbeats of the stream, and ends between two of them.
const aPulse = 1010 * time.Millisecond

// live reads the live stream, and stores what it received: names with their data.
type live struct {
	mu   sync.Mutex
	told []string
	done chan struct{}
}

// follow starts reading the live stream, until the context ends.
func (w world) follow(ctx context.Context, query ...string) *live {
	w.t.Helper()
	response := openStream(ctx, w.t, w.Client(), w.URL()+"/_control/events"+strings.Join(query, ""))
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	lines.Scan() // it has begun
	l := &live{done: make(chan struct{})}
	go func() {
		defer close(l.done)
		defer response.Body.Close()
		for name := ""; lines.Scan(); {
			if event, is := strings.CutPrefix(lines.Text(), "event: "); is {
				name = event
			} else if data, is := strings.CutPrefix(lines.Text(), "data: "); is {
				l.mu.Lock()
				l.told = append(l.told, name+" "+data)
				l.mu.Unlock()
			}
		}
	}()
	return l
}

// take returns and removes what the stream sent of one kind.
func (l *live) take(name string) (told []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.told = slices.DeleteFunc(l.told, func(one string) bool {
		data, is := strings.CutPrefix(one, name+" ")
		if is {
			told = append(told, data)
		}
		return is
	})
	return told
}

// The live stream sends everything once, in order. If there is too much, it sends how much it left out.
func TestLiveStreamCountsWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, w world) {
		for i := range 5 {
			w.token("github", fmt.Sprint("user_", i))
		}
		w.Use("active", fake.User("before"))
		ctx, leave := context.WithCancel(t.Context())
		l := w.follow(ctx)
		for i := range 5 {
			w.Use("needs_reauthorization", fake.User(fmt.Sprint("user_", i)))
		}
		w.control("DELETE", "scenario", "")
		for range 60 {
			w.token("github", "user_1")
		}
		time.Sleep(aPulse)
		switches := strings.Join(l.take("switch"), " ")
		for i := range 5 {
			expect(t, "the switches", strings.Count(switches, fmt.Sprintf(`"covers":"user \"user_%d\""`, i)), 1)
		}
		expect(t, "but those before", strings.Contains(switches, "before"), false)
		expect(t, "the requests", len(l.take("request")), 60)
		events := l.take("event")
		expect(t, "the events", len(events), 6) // one was taken back
		expect(t, "in order", slices.IsSortedFunc(events, strings.Compare), true)
		expect(t, "nothing is left out", len(l.take("left_out")), 0)

		for range 230 {
			w.token("github", "user_1")
		}
		for range 201 {
			w.Use("active")
		}
		time.Sleep(aPulse)
		expect(t, "the last requests", len(l.take("request")), 200)
		expect(t, "the last switches", len(l.take("switch")), 200)
		expect(t, "what is left out", strings.Join(l.take("left_out"), " "), `{"requests":30,"switches":1}`)
		leave()
		<-l.done
	})
}

// The live stream does not send what a restore or a reset brings back, only what happens afterwards.
func TestLiveStreamAfterARestore(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, w world) {
		w.token("github", "alice")
		w.Use("not_installed")
		w.Snapshot("kept")
		for range 3 {
			w.Use("active")
			w.Use("expired")
		}
		ctx, leave := context.WithCancel(t.Context())
		l := w.follow(ctx)
		for what, back := range map[string]func(){"a restore": func() { w.Restore("kept") }, "a reset": w.Reset} {
			w.Use("active")
			time.Sleep(aPulse)
			l.take("switch")
			l.take("event")
			back()
			time.Sleep(aPulse)
			expect(t, what, len(l.take("switch"))+len(l.take("event"))+len(l.take("left_out")), 0)
			back()
			w.token("github", "alice")
			for range 9 { // more than there were
				w.Use("active")
				w.Use("not_installed")
			}
			time.Sleep(aPulse)
			expect(t, what+", and then", len(l.take("switch")), 18)
		}
		leave()
		<-l.done
	})
}

// If many webhooks end at once, the stream sends all of them.
func TestLiveStreamSendsWebhooks(t *testing.T) {
	t.Parallel()
	r := receive(t, "s", nil)
	w := withFile(t, webhookFile(r.URL))
	for i := range 30 {
		w.token("github", fmt.Sprint("user_", i))
	}
	ctx, leave := context.WithTimeout(t.Context(), time.Minute)
	defer leave()
	l := w.follow(ctx)
	w.Use("not_installed")
	w.Events()
	told := 0
	for told < 30 && ctx.Err() == nil {
		w.control("GET", "clock", "") // this waits for the server, so that the loop is not busy
		told += len(l.take("webhook"))
	}
	expect(t, "webhooks", told, 30)
	expect(t, "left out", len(l.take("left_out")), 0)
	leave()
	<-l.done
}

// Draining a server ends its streams, also if it is mounted in another server.
func TestStreamsOfAMountedServer(t *testing.T) {
	t.Parallel()
	server, err := fake.New()
	if err != nil {
		t.Fatal(err)
	}
	outer := httptest.NewServer(server)
	defer outer.Close()
	ctx, leave := context.WithTimeout(t.Context(), time.Minute)
	defer leave()
	response := openStream(ctx, t, outer.Client(), outer.URL+"/_control/events")
	server.Close()
	if _, err := io.ReadAll(response.Body); err != nil {
		t.Errorf("the stream goes on: %v", err)
	}
}

// A reader that only wants to know that something happened, such as the page, gets one of each kind, with the number
// of the others.
func TestLiveStreamOfOneOfEachKind(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, w world) {
		ctx, leave := context.WithCancel(t.Context())
		l := w.follow(ctx, "?limit=1")
		for i := range 30 {
			w.token("github", fmt.Sprint("user_", i))
		}
		time.Sleep(aPulse)
		expect(t, "requests", len(l.take("request")), 1)
		expect(t, "the others", strings.Join(l.take("left_out"), " "), `{"requests":29}`)
		leave()
		<-l.done
	})
	start(t).tries(try{"no limit", "GET /_control/events?limit=0", "", 422, "from 1 to 1000"})
}
