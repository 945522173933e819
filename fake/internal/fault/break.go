package fault

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
)

// Header tells that an answer is broken on purpose: how, and by which fault.
const Header = "X-Pipesfake-Fault"

// String tells the way and the fault.
func (s *Strike) String() string { return s.kind() + ", " + s.By }

// Status is what the client sees, of an answer of a status; zero: no answer.
func (s *Strike) Status(plain int) int {
	switch {
	case s.Fault.Status != 0:
		return s.Fault.Status
	case s.RateLimit != nil:
		return http.StatusTooManyRequests
	case s.Replaces():
		return 0
	}
	return plain
}

// Break answers a call with what the strike makes of an answer. What closes the connection panics with
// http.ErrAbortHandler, as net/http wants it; what hangs does so until the client or the server leaves.
func (s *Strike) Break(w http.ResponseWriter, r *http.Request, leaving <-chan struct{}, status int, body []byte) {
	w.Header().Set(Header, s.String())
	if s.Wait > 0 {
		wait(r, s.Wait)
	}
	switch s.Way() {
	case "hang":
		select {
		case <-r.Context().Done():
		case <-leaving:
		}
		panic(http.ErrAbortHandler)
	case "reset":
		reset(w)
	case "empty":
		panic(http.ErrAbortHandler)
	case "status":
		s.answer(w)
	case "rate_limit":
		w.Header().Set("Retry-After", strconv.Itoa(s.RetryAfter))
		write(w, http.StatusTooManyRequests, s.body(http.StatusTooManyRequests))
	case "truncate":
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		write(w, status, body[:len(body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case "malformed":
		write(w, status, malformed(body))
	case "content_type":
		w.Header().Set("Content-Type", s.ContentType)
		write(w, status, body)
	case "off_contract":
		write(w, status, offContract(body, s.OffContract, s.Count))
	case "drip":
		if len(body) > 0 {
			drip(w, r, s.Drip, status, body)
		} else {
			write(w, status, nil)
		}
	default: // a delay
		write(w, status, body)
	}
}

// kind is the way to break, or body where the fault brings one of its own.
func (s *Strike) kind() string {
	if s.Body != nil {
		return "body"
	}
	return s.Way()
}

// answer is a status with WorkOS's body, or the fault's own.
func (s *Strike) answer(w http.ResponseWriter) {
	if s.Fault.RetryAfter != nil {
		w.Header().Set("Retry-After", strconv.Itoa(*s.Fault.RetryAfter))
	}
	if s.Body == nil {
		write(w, s.Fault.Status, s.body(s.Fault.Status))
		return
	}
	own := []byte(*s.Body)
	if !json.Valid(own) {
		w.Header().Set("Content-Type", http.DetectContentType(own))
	}
	write(w, s.Fault.Status, own)
}

// body is how WorkOS says a status (source: docs for 429, else inferred): code and message, and the message
// says whose doing it is, but for the documented one.
func (s *Strike) body(status int) []byte {
	said := pipes.Error{Code: pipes.RateLimitExceeded, Message: "Too many requests."}
	switch text := http.StatusText(status); {
	case status < 400:
		return []byte("{}\n")
	case status == http.StatusNotFound:
		said = pipes.Error{Code: pipes.EntityNotFound, Message: "Not Found (pipesfake: " + s.By + ")."}
	case status != http.StatusTooManyRequests:
		if text == "" {
			text = "Status " + strconv.Itoa(status)
		}
		said.Code = pipes.Code(strings.ToLower(strings.NewReplacer(" ", "_", "-", "_", "'", "").Replace(text)))
		said.Message = text + " (pipesfake: " + s.By + ")."
	}
	body, _ := json.Marshal(said) // two strings always marshal
	return append(body, '\n')
}

func write(w http.ResponseWriter, status int, body []byte) {
	if status == http.StatusNoContent || status == http.StatusNotModified {
		w.Header().Del("Content-Type")
		body = nil
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may be gone
}

// wait waits in real time, and ends the call when the client leaves.
func wait(r *http.Request, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
		panic(http.ErrAbortHandler)
	}
}

// reset closes the connection so that the client is told of an error, and not of an end.
func reset(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil { // HTTP/2, or no connection at all
		panic(http.ErrAbortHandler)
	}
	if lingering, ok := connection.(interface{ SetLinger(seconds int) error }); ok {
		_ = lingering.SetLinger(0)
	}
	_ = connection.Close()
}

// mostPieces is how many pieces a body drips in.
const mostPieces = 20

func drip(w http.ResponseWriter, r *http.Request, d time.Duration, status int, body []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	pieces := min(len(body), mostPieces)
	for i := range pieces {
		_ = http.NewResponseController(w).Flush()
		wait(r, d/time.Duration(pieces))
		_, _ = w.Write(body[i*len(body)/pieces : (i+1)*len(body)/pieces])
	}
}
