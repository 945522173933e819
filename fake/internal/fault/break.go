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

// String tells the way, the fault, and where the file has it.
func (s *Match) String() string {
	text := s.kind() + ", " + s.By
	if s.Where != "" {
		text += " of " + s.Where
	}
	return text
}

// Sentence tells what became of an answer of a status (zero: there was none).
func (s *Match) Sentence(status int) string {
	verb := map[string]string{
		"status": "answered " + strconv.Itoa(status), "rate_limit": "answered " + strconv.Itoa(status), "hang": "never answered", "reset": "reset",
		"empty": "closed without an answer", "delay": "delayed", "drip": "dripped",
	}[s.Way()]
	if verb == "" {
		verb = "broken (" + s.Way() + ")"
	}
	text := verb + " by " + s.By
	if s.Where != "" {
		text += " of " + s.Where
	}
	return text
}

// Rewrite makes of an answer what the client is sent: its status (zero: none), header and body.
func (s *Match) Rewrite(header http.Header, status int, body []byte) (int, []byte) {
	header.Set(Header, s.String())
	switch s.Way() {
	case "hang", "reset", "empty":
		return 0, nil
	case "status":
		status, body = s.answer(header)
	case "rate_limit":
		header.Set("Retry-After", strconv.Itoa(s.RetryAfter))
		status = http.StatusTooManyRequests
		body = s.body(status)
	case "truncate":
		header.Set("Content-Length", strconv.Itoa(len(body)))
		body = body[:len(body)/2]
	case "malformed":
		body = malformed(body)
	case "content_type":
		header.Set("Content-Type", s.ContentType)
	case "off_contract":
		body = offContract(body, s.OffContract, s.Count)
	case "drip":
		if len(body) > 0 {
			header.Set("Content-Length", strconv.Itoa(len(body)))
		}
	}
	if status == http.StatusNoContent || status == http.StatusNotModified {
		header.Del("Content-Type")
		body = nil
	}
	return status, body
}

// Break sends what Rewrite made of an answer. What closes the connection panics with http.ErrAbortHandler, as
// net/http wants it; what hangs does so until the client or the server leaves.
func (s *Match) Break(w http.ResponseWriter, r *http.Request, leaving <-chan struct{}, status int, body []byte) {
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
	case "drip":
		drip(w, r, s.Drip, status, body)
	case "truncate":
		write(w, status, body)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	default:
		write(w, status, body)
	}
}

// kind is the way to break, or body where the fault brings one of its own.
func (s *Match) kind() string {
	if s.Body != nil {
		return "body"
	}
	return s.Way()
}

// answer is a status with WorkOS's body, or the fault's own.
func (s *Match) answer(header http.Header) (status int, body []byte) {
	if s.Fault.RetryAfter != nil {
		header.Set("Retry-After", strconv.Itoa(*s.Fault.RetryAfter))
	}
	if s.Body == nil {
		return s.Fault.Status, s.body(s.Fault.Status)
	}
	own := []byte(*s.Body)
	if !json.Valid(own) {
		header.Set("Content-Type", http.DetectContentType(own))
	}
	return s.Fault.Status, own
}

// body is how WorkOS says a status (source: docs for 429, else inferred): code and message, and the message
// says whose doing it is, but for the documented one.
func (s *Match) body(status int) []byte {
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
	w.WriteHeader(status)
	pieces := min(len(body), mostPieces)
	for i := range pieces {
		_ = http.NewResponseController(w).Flush()
		wait(r, d/time.Duration(pieces))
		_, _ = w.Write(body[i*len(body)/pieces : (i+1)*len(body)/pieces])
	}
}
