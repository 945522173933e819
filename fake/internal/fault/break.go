package fault

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// Header is the response header that names the fault which breaks the response.
const Header = "X-Pipesfake-Fault"

// String returns the value of Header: the way, the fault's id, and where the file has it.
func (m *Match) String() string {
	way := m.Way()
	if m.Body != nil {
		way = "body"
	}
	return way + ", " + m.origin()
}

// Sentence says what happened to a response with a status, or without one if the status is zero.
func (m *Match) Sentence(status int) string {
	return m.effect(status) + " by " + m.origin()
}

func (m *Match) effect(status int) string {
	switch way := m.Way(); way {
	case "status", "rate_limit":
		return "replaced with " + strconv.Itoa(status)
	case "hang":
		return "left without a response"
	case "reset":
		return "reset"
	case "empty":
		return "closed without a response"
	case "delay":
		return "delayed"
	case "drip":
		return "dripped"
	default:
		return "broken (" + way + ")"
	}
}

func (m *Match) origin() string {
	if m.Where == "" {
		return m.By
	}
	return m.By + " of " + m.Where
}

// Rewrite returns the status and body that the client is sent in place of a response, and changes the header. The
// status is zero if the client is sent nothing.
func (m *Match) Rewrite(header http.Header, status int, body []byte) (int, []byte) {
	header.Set(Header, m.String())
	switch m.Way() {
	case "hang", "reset", "empty":
		return 0, nil
	case "status":
		status, body = m.statusResponse(header)
	case "rate_limit":
		header.Set("Retry-After", strconv.Itoa(m.RetryAfter))
		status = http.StatusTooManyRequests
		body = errorBody(status, m.By)
	case "truncate":
		header.Set("Content-Length", strconv.Itoa(len(body)))
		body = body[:len(body)/2]
	case "malformed":
		body = malformed(body)
	case "content_type":
		header.Set("Content-Type", m.ContentType)
	case "off_contract":
		body = offContract(body, m.OffContract, m.Count)
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

// statusResponse returns the fault's status with the fault's body, or else with WorkOS's.
func (m *Match) statusResponse(header http.Header) (status int, body []byte) {
	if m.Fault.RetryAfter != nil {
		header.Set("Retry-After", strconv.Itoa(*m.Fault.RetryAfter))
	}
	if m.Body == nil {
		return m.Status, errorBody(m.Status, m.By)
	}
	body = []byte(*m.Body)
	if !json.Valid(body) {
		header.Set("Content-Type", http.DetectContentType(body))
	}
	return m.Status, body
}

// ChangesResponse reports whether the client gets another response because of the fault: delays and drips only make it
// take longer.
func (m *Match) ChangesResponse() bool { return m.Way() != "delay" && m.Way() != "drip" }

// Break sends what Rewrite returned, after the delay. To close the connection it panics with http.ErrAbortHandler, as
// net/http requires. A hanging response does so when the client or the server leaves.
func (m *Match) Break(w http.ResponseWriter, r *http.Request, leaving <-chan struct{}, status int, body []byte) {
	if m.Wait > 0 {
		wait(r, m.Wait)
	}
	switch m.Way() {
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
		drip(w, r, m.Drip, status, body)
	case "truncate":
		write(w, status, body)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	default:
		write(w, status, body)
	}
}

func write(w http.ResponseWriter, status int, body []byte) {
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may be gone
}

// wait waits in real time. It ends the call when the client leaves.
func wait(r *http.Request, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
		panic(http.ErrAbortHandler)
	}
}

// reset closes the connection with RST, so that the client sees an error and not the end of a response.
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

// maxChunks is how many chunks a body drips in.
const maxChunks = 20

// drip writes the body in chunks, with a pause before each.
func drip(w http.ResponseWriter, r *http.Request, d time.Duration, status int, body []byte) {
	w.WriteHeader(status)
	chunks := min(len(body), maxChunks)
	for i := range chunks {
		_ = http.NewResponseController(w).Flush()
		wait(r, d/time.Duration(chunks))
		_, _ = w.Write(body[i*len(body)/chunks : (i+1)*len(body)/chunks])
	}
}
