package fake_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/scenarios"
)

func TestWebhooks(t *testing.T) {
	t.Parallel()
	r := receive(t, "whsec_test", nil)
	w := withFile(t, "version: 1\n"+
		"webhooks:\n"+
		"  - {url: \""+r.URL+"/all\", secret: whsec_test}\n"+
		"  - {url: \""+r.URL+"/none\", events: [pipes.connected_account.connection_failed]}\n")
	env := w.as("sk_env_other")
	w.token("github", "alice")
	w.token("github", `<b>&"grüße"`)
	w.Use("needs_reauthorization", fake.User("alice"))
	w.Use("not_installed")
	w.Use("active")
	env.token("slack", "bob")
	env.put(`{"scenario": "not_installed"}`)
	w.arrived("connected", 2)
	env.arrived("disconnected", 1)
	words := strings.Split(r.inWords(), ", ")
	slices.Sort(words) // of two environments
	expect(t, "every change of state, signed", strings.Join(words, ", "),
		`connected <b>&"grüße", connected alice, disconnected <b>&"grüße", disconnected alice, `+
			`disconnected bob, reauthorization_needed alice`)
	for _, one := range r.all() {
		want := map[bool]string{true: "other", false: "default"}[*one.Data.UserID == "bob"]
		if one.Environment != want {
			t.Errorf("it came from environment %q, not %s", one.Environment, want)
		}
	}
	listed := string(w.do("GET", "/events?limit=100&order=asc", "").body)
	for _, one := range r.all() {
		if one.Environment == "default" && !strings.Contains(listed, one.body) {
			t.Errorf("%s differs from GET /events: %s", one.body, listed)
		}
	}
	expect(t, "delivered", len(w.deliveries("?state=delivered")), 5)
	again := decode[struct{ ID string }](t, w.do("POST", "/_control/webhooks/delivery_1/redeliver", ""), 202)
	w.arrived("reauthorization_needed", 2)
	expect(t, "once more", again.ID, "delivery_6")
	w.tries(
		try{"by state", "GET /_control/webhooks?state=dead", "", 200, `"count": 0`},
		try{"by a state that is none", "GET /_control/webhooks?state=lost", "", 422, "state is"},
		try{"by event", "GET /_control/webhooks?event=pipes.connected_account.connected", "", 200, `"count": 2`},
		try{"by an event that is none", "GET /_control/webhooks?event=connected", "", 422, "event is"},
		try{"no more", "GET /_control/webhooks?limit=0", "", 422, "limit"},
		try{"unknown", "POST /_control/webhooks/delivery_99/redeliver", "", 404, "delivery_99"},
		try{"method", "DELETE /_control/webhooks", "", 405, "GET"},
		try{
			"wait for both",
			"GET /_control/wait?event=pipes.connected_account.connected&" +
				"webhook=pipes.connected_account.connected",
			"",
			422, "by itself",
		},
	)
	w.Reset()
	expect(t, "a reset forgets", len(w.deliveries("")), 0)
}

// A failed delivery is repeated after 0.1, 0.5 and 2 seconds of real time, and then given up. Later deliveries wait
// for it.
func TestWebhooksAreTriedAgain(t *testing.T) {
	t.Parallel()
	r := receive(t, "s", func(n int) int { return []int{500, 301, 404, 503, 500, 200}[min(n, 5)] })
	w := withFile(t, webhookFile(r.URL))
	w.token("github", "alice")
	w.Use("not_installed")
	w.Use("active")
	w.arrived("connected", 1)
	expect(t, "in order", r.inWords(), "disconnected alice, disconnected alice, disconnected alice, "+
		"disconnected alice, connected alice, connected alice")
	dead := w.deliveries("?state=dead")
	if len(dead) != 1 || len(dead[0].Attempts) != 4 || *dead[0].Attempts[1].Status != 301 ||
		!strings.Contains(*dead[0].Attempts[0].Error, "500") {
		t.Errorf("the dead letter is %+v", dead)
	}
	w.tries(try{"redelivered", "POST /_control/webhooks/delivery_1/redeliver", "", 202, `"state": "pending"`})
	w.arrived("disconnected", 1)
}

// The error of an attempt is shown without the address, which may contain a secret.
func TestAttemptsDoNotShowTheAddress(t *testing.T) {
	t.Parallel()
	var n atomic.Int32
	lost := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if n.Add(1) == 1 {
			panic(http.ErrAbortHandler)
		}
	}))
	t.Cleanup(lost.Close)
	w := withFile(t, "version: 1\nwebhooks: [{url: \""+lost.URL+"/?token=VERYSECRET\"}]\n")
	w.token("github", "alice")
	w.Use("not_installed")
	w.arrived("disconnected", 1)
	expect(t, "the error", *w.deliveries("")[0].Attempts[0].Error, "EOF")
}

func TestFaultsOfWebhooks(t *testing.T) {
	t.Parallel()
	r := receive(t, "s", nil)
	w := withFile(t, `
version: 1
webhooks: [{url: "`+r.URL+`", secret: s}]
faults:
  - {bad_signature: true, operation: webhook, user_id: mallory}
  - {duplicate: true, operation: webhook, user_id: bob}
  - {delay: 20ms, operation: webhook, user_id: carol}
  - {status: 500, times: 1}
`)
	w.do("POST", "/data-integrations/github/token", `{"user_id": "x"}`) // the 500 is no webhook's
	for _, user := range []string{"alice", "bob", "carol", "mallory"} {
		w.token("github", user)
	}
	w.Fault(fake.Fault{Late: true, Operation: "webhook", Times: 1}, fake.User("alice"))
	w.Use("not_installed")
	w.arrived("disconnected", 4)
	expect(t, "late, twice, later, badly signed", r.inWords(), "disconnected bob, disconnected bob, "+
		"disconnected alice, disconnected carol, disconnected mallory (badly signed)")
	w.Fault(fake.Fault{Late: true, Operation: "webhook"})
	w.Use("active", fake.User("alice"))
	w.arrived("connected", 1) // though nothing comes behind it
	w.tries(
		try{
			"a status", "POST /_control/faults", `{"status": 500, "operation": "webhook"}`,
			422, "does not apply to webhooks",
		},
		try{"of nothing", "POST /_control/faults", `{"duplicate": true}`, 422, "operation: webhook"},
		try{"of another", "POST /_control/faults", `{"late": true, "operation": "token"}`, 422, "operation: webhook"},
		try{"listed", "GET /_control/faults", "", 200, `"late": true`},
	)
}

// TestLateWebhooks makes every webhook late, so that each second one comes before the first. Other faults still apply
// to those that are no longer late.
func TestLateWebhooks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		faults []fake.Fault
		users  string // who is disconnected, in order
		want   string
	}{
		"all of four":   {[]fake.Fault{{Late: true}}, "a b c d", "b a d c"},
		"all of five":   {[]fake.Fault{{Late: true}}, "a b c d e", "b a d c e"},
		"the first":     {[]fake.Fault{{Late: true, Times: 1}}, "a b c d", "b a c d"},
		"two":           {[]fake.Fault{{Late: true, Times: 2}}, "a b c d e", "b a d c e"},
		"one user's":    {[]fake.Fault{{Late: true, Place: placeOf(fake.User("c"))}}, "a b c d", "a b d c"},
		"the last":      {[]fake.Fault{{Late: true, Place: placeOf(fake.User("d"))}}, "a b c d", "a b c d"},
		"twice as well": {[]fake.Fault{{Duplicate: true}, {Late: true}}, "a b c d", "b b a a d d c c"},
		"signed wrong":  {[]fake.Fault{{BadSignature: true}, {Late: true, Times: 1}}, "a b", "b! a!"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			users := strings.Fields(c.users)
			hold := make(chan struct{})
			r := receive(t, "s", func(int) int { <-hold; return 200 })
			w := withFile(t, webhookFile(r.URL))
			for _, user := range users {
				w.token("github", user)
			}
			for _, one := range c.faults {
				one.Operation = "webhook"
				w.Fault(one)
			}
			w.Use("not_installed") // all of them are waiting when the first is delivered
			w.Events()
			close(hold)
			w.arrived("disconnected", len(users))
			got := strings.NewReplacer("disconnected ", "", ",", "", " (badly signed)", "!").Replace(r.inWords())
			expect(t, "order", got, c.want)
		})
	}
}

func placeOf(place fake.Place) (of scenarios.Place) {
	if err := place(&of); err != nil {
		panic(err)
	}
	return of
}

// An endpoint that hangs, refuses, redirects or responds without end does not delay other endpoints.
func TestFailingEndpoints(t *testing.T) {
	t.Parallel()
	var hung, late atomic.Bool // the hanging call was given up; the good endpoint was called only after that
	good := receive(t, "s", func(int) int { late.Store(hung.Load()); return 200 })
	endless := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for chunk := make([]byte, 64<<10); ; {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}))
	defer endless.Close()
	hanging := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
		hung.Store(true)
	}))
	defer hanging.Close()
	redirecting := httptest.NewServer(http.RedirectHandler(good.URL, http.StatusTemporaryRedirect))
	defer redirecting.Close()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	w := withFile(t, "version: 1\n"+
		"webhooks:\n"+
		"  - {url: \""+hanging.URL+"\"}\n"+
		"  - {url: \"http://"+closed.Addr().String()+"\"}\n"+
		"  - {url: \""+redirecting.URL+"\"}\n"+
		"  - {url: \""+endless.URL+"\"}\n"+
		"  - {url: \""+good.URL+"\", secret: s}\n")
	w.token("github", "alice")
	w.Use("not_installed")
	w.token("github", "alice")
	w.arrived("disconnected", 2) // by the good endpoint, and by the endless one, of which 64 kB are read
	expect(t, "the good one was held up", late.Load(), false)
	expect(t, "once, and not by way of the redirect", good.inWords(), "disconnected alice")
	w.do("PATCH", "/webhook_endpoints/"+w.endpointID(0), `{"status": "disabled"}`)
	w.Close() // ends the one that hangs
}

func (w world) endpointID(i int) string {
	w.t.Helper()
	return decode[struct{ Data []struct{ ID string } }](w.t,
		w.do("GET", "/webhook_endpoints?order=asc&limit=100", ""), 200).Data[i].ID
}

// With ten thousand changes, and a slow receiver that sometimes fails, every event arrives once and in order.
func TestTenThousandWebhooks(t *testing.T) {
	t.Parallel()
	const changes, failures = 10_000, 4
	last := make(chan struct{}) // closed when the last webhook is accepted
	r := receive(t, "s", func(n int) int {
		if n%2500 == 1250 {
			return 503
		}
		if n == changes+failures-1 {
			close(last)
		}
		return 200
	})
	w := withFile(t, webhookFile(r.URL), fake.WithJournal(10))
	w.token("github", "alice")
	for i := range changes {
		w.Use([]string{"not_installed", "active"}[i%2])
	}
	events := w.Events()
	expect(t, "events", len(events), changes)
	select {
	case <-last:
	case <-time.After(2 * time.Minute):
		t.Fatalf("%d webhooks arrived in two minutes, not %d", len(r.all()), changes+failures)
	}
	waitUntil(t, "the last response was read", func() bool {
		return w.control("GET", "webhooks?state=pending&limit=1", "").says(`"count": 0`)
	})
	at, repeated := 0, 0
	for _, one := range r.all() {
		switch {
		case at < len(events) && one.ID == events[at].ID:
			at++
		case at > 0 && one.ID == events[at-1].ID:
			repeated++
		default:
			t.Fatalf("after %d webhooks came %s, which is not the next", at, one.ID)
		}
	}
	expect(t, "all arrived in order", at, changes)
	expect(t, "those that failed were tried again", repeated, failures)
	remembered := decode[struct{ Count int }](t, w.control("GET", "webhooks?limit=1", ""), 200).Count
	if remembered < 1000 || remembered > 2000 {
		t.Errorf("%d deliveries are remembered, not 1000 to 2000", remembered)
	}
}

// A receiver that makes a switch at each webhook gets further webhooks only while the state changes.
func TestReceiverThatSwitches(t *testing.T) {
	t.Parallel()
	var w world
	ready := make(chan struct{})
	r := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		<-ready
		w.put(`{"scenario": "needs_reauthorization"}`)
	}))
	defer r.Close()
	w = withFile(t, "version: 1\nwebhooks: [{url: \""+r.URL+"\"}]\n")
	close(ready)
	w.token("github", "alice")
	w.Use("not_installed")
	w.arrived("reauthorization_needed", 1)
	expect(t, "it emits events, and causes nothing more", len(w.Events()), 2)
}

// Pending deliveries survive a restart, and a snapshot contains them.
func TestWebhooksSurviveARestart(t *testing.T) {
	t.Parallel()
	var down sync.Mutex
	down.Lock()
	r := receive(t, "s", func(int) int { down.Lock(); defer down.Unlock(); return 200 })
	file := t.TempDir() + "/state"
	set := parse(t, webhookFile(r.URL))
	server, err := fake.New(fake.WithScenarios(set), fake.WithState(file))
	if err != nil {
		t.Fatal(err)
	}
	w := worldOf(t, server)
	w.token("github", "alice")
	w.Use("not_installed")
	w.Use("active")
	w.Events() // works off what the switches cause
	expect(t, "on their way", len(w.deliveries("?state=pending")), 2)
	w.tries(try{"again, too early", "POST /_control/webhooks/delivery_2/redeliver", "", 409, "delivery_pending"})
	server.Close()
	down.Unlock()
	server, err = fake.New(fake.WithScenarios(set), fake.WithState(file))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	w = worldOf(t, server)
	w.arrived("connected", 1)
	if told := r.inWords(); !strings.HasSuffix(told, "disconnected alice, connected alice") {
		t.Errorf("in order: %s", told)
	}
}
