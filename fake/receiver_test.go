package fake_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// delivery is a webhook as the receiver sees it.
type delivered struct {
	ID, Event string
	Data      struct {
		UserID        *string `json:"user_id"`
		ProviderSlug  string  `json:"provider_slug"`
		State         string
		ProviderError *string `json:"provider_error"`
	}
	good        bool // its signature
	Environment string
	body        string
}

// webhookFile returns a scenario file with one webhook endpoint, whose secret is "s".
func webhookFile(url string) string {
	return "version: 1\nwebhooks: [{url: \"" + url + "\", secret: s}]\n"
}

// receiver is a webhook endpoint. The test sets its responses.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []delivered
	answer func(n int) int // the status of the nth; nil: 200
	secret string
}

func receive(t testing.TB, secret string, answer func(n int) int) *receiver {
	r := &receiver{secret: secret, answer: answer}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		var one delivered
		if err == nil {
			err = json.Unmarshal(body, &one)
		}
		if err != nil {
			t.Errorf("a webhook with %q: %v", body, err)
		}
		one.body, one.Environment = string(body), request.Header.Get("X-Pipesfake-Environment")
		one.good = isSigned(request.Header.Get("WorkOS-Signature"), r.secret, body)
		r.mu.Lock()
		status := 200
		if r.answer != nil {
			status = r.answer(len(r.got))
		}
		r.got = append(r.got, one)
		r.mu.Unlock()
		w.WriteHeader(status)
	}))
	t.Cleanup(r.Close)
	return r
}

func isSigned(signature, secret string, body []byte) bool {
	stamp, sum, ok := strings.Cut(strings.TrimPrefix(signature, "t="), ", v1=")
	at, err := strconv.ParseInt(stamp, 10, 64)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	return ok && err == nil && time.Since(time.UnixMilli(at)) < time.Minute && hex.EncodeToString(mac.Sum(nil)) == sum
}

func (r *receiver) all() []delivered {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

// inWords returns the received webhooks in words.
func (r *receiver) inWords() string {
	var words []string
	for _, one := range r.all() {
		user := "?"
		if one.Data.UserID != nil {
			user = *one.Data.UserID
		}
		word := strings.TrimPrefix(one.Event, "pipes.connected_account.") + " " + user
		if !one.good {
			word += " (badly signed)"
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}

// arrived waits until a number of webhooks of an event have arrived.
func (w world) arrived(event string, n int) {
	w.t.Helper()
	w.control("GET", fmt.Sprintf("wait?webhook=pipes.connected_account.%s&at_least=%d&timeout=2m", event, n), "")
}

func (w world) deliveries(query string) (list []struct {
	ID, State, Event string
	Because          *string
	Attempts         []struct {
		Status       *int
		Error, Fault *string
	}
}) {
	w.t.Helper()
	page := decode[struct {
		Webhooks json.RawMessage
		Count    int
	}](w.t, w.control("GET", "webhooks"+query, ""), 200)
	if err := json.Unmarshal(page.Webhooks, &list); err != nil {
		w.t.Fatal(err)
	}
	return list
}
