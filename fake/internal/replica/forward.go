package replica

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"

	"example.com/pipesfake/fake/internal/clock"
)

// The headers between replicas.
const (
	// SecretHeader has the secret of the replicas. A call with it was forwarded, and is not forwarded again.
	SecretHeader = "X-Pipesfake-Replica"

	// NotOwnerHeader marks the response of a replica that does not own the environment of a forwarded call.
	NotOwnerHeader = "X-Pipesfake-Not-Owner"
)

// maxRepeatable is how large the body of a call can be that is sent again to another replica, in bytes.
const maxRepeatable = 1 << 20

// patience is how long a call waits for its environment to have an owner that answers: an announcement lasts as long
// after a crash, and then an environment is loaded.
const patience = lifetime + 2*time.Second

// ErrNobody is the error of a call whose environment no replica served in time.
var ErrNobody = errors.New("no replica serves the environment at the moment")

// ErrUnknown is the error of a call that a replica may have carried out before it failed.
var ErrUnknown = errors.New("the replica that serves the environment failed while it carried out the call")

// errNotOwner is the error of a replica that does not own an environment any more.
var errNotOwner = errors.New("it does not own the environment")

// Forwarder passes calls on to other replicas.
type Forwarder struct {
	member    *Member
	transport *http.Transport
	proxy     *httputil.ReverseProxy

	mu       sync.Mutex
	attempts map[*attempt]bool // in progress
}

// NewForwarder returns a forwarder for the calls that come to a member.
func NewForwarder(m *Member) *Forwarder {
	f := &Forwarder{member: m, attempts: map[*attempt]bool{}, transport: &http.Transport{
		DialContext:         (&net.Dialer{Timeout: 500 * time.Millisecond}).DialContext,
		MaxIdleConnsPerHost: 256, IdleConnTimeout: 30 * time.Second, DisableCompression: true,
	}}
	m.onInterval = f.endLost
	f.proxy = &httputil.ReverseProxy{
		Transport: f.transport, BufferPool: new(buffers), FlushInterval: -1, // streams arrive as they are written
		Rewrite: func(r *httputil.ProxyRequest) {
			target := r.In.Context().Value(attemptKey{}).(*attempt).target
			r.SetURL(target)
			r.Out.Host = r.In.Host // it says where the client reaches the server
			for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
				if values, isThere := r.In.Header[name]; isThere {
					r.Out.Header[name] = values
				}
			}
			r.Out.Header.Set(SecretHeader, m.secret)
		},
		ModifyResponse: func(response *http.Response) error {
			if response.Header.Get(NotOwnerHeader) != "" {
				return errNotOwner
			}
			return nil
		},
		ErrorHandler: func(_ http.ResponseWriter, r *http.Request, err error) {
			r.Context().Value(attemptKey{}).(*attempt).err = err
		},
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
	}
	return f
}

// buffers are what responses are copied with.
type buffers struct{ pool sync.Pool }

func (b *buffers) Get() []byte {
	if one, is := b.pool.Get().(*[]byte); is {
		return *one
	}
	return make([]byte, 32<<10)
}

func (b *buffers) Put(one []byte) { b.pool.Put(&one) }

// Close ends the connections to other replicas that are not in use.
func (f *Forwarder) Close() { f.transport.CloseIdleConnections() }

// Ask makes a call of this server's own to another replica.
func (f *Forwarder) Ask(ctx context.Context, method, address string, read func(answer io.Reader) error) error {
	ctx, cancel := context.WithTimeout(ctx, lifetime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return err
	}
	request.Header.Set(SecretHeader, f.member.secret)
	response, err := f.transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", response.Status)
	}
	return read(response.Body)
}

// attempt is one attempt to forward a call.
type attempt struct {
	address string
	target  *url.URL
	began   time.Time
	cancel  context.CancelFunc
	err     error
}

type attemptKey struct{}

// Place finds out who serves the environment of a call. It returns true if this server does. Otherwise it passes the
// call on, and has written the response unless it returns an error: one of this package, or of the store.
func (f *Forwarder) Place(w http.ResponseWriter, r *http.Request, name string) (isHere, isFull bool, err error) {
	give := &repeatable{body: r.Body}
	end := clock.RealNow().Add(patience)
	for {
		owner, err := f.member.Owner(r.Context(), name)
		switch {
		case err != nil:
			return false, false, err
		case owner.IsHere:
			r.Body = give.again()
			return true, false, nil
		case owner.IsFull:
			return false, true, nil
		case owner.URL != "":
			if err = f.send(w, r, give, owner.URL); err == nil {
				return false, false, nil
			}
			f.member.Forget(name)
			if !wasNotSent(err) && !(give.canRepeat() && isRepeatable(r)) {
				return false, false, ErrUnknown
			}
		}
		if clock.RealNow().After(end) || r.Context().Err() != nil || !give.canRepeat() {
			return false, false, ErrNobody
		}
		clock.Sleep(r.Context(), 50*time.Millisecond)
	}
}

// send passes a call on once. An error says that no response was written.
func (f *Forwarder) send(w http.ResponseWriter, r *http.Request, give *repeatable, address string) error {
	target, err := url.Parse(address)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	made := &attempt{address: address, target: target, began: clock.RealNow(), cancel: cancel}
	f.note(made, true)
	defer f.note(made, false)
	out := r.WithContext(context.WithValue(ctx, attemptKey{}, made)) // the proxy copies its headers
	out.Body, out.GetBody = give.again(), give.getBody()
	if give.length >= 0 {
		out.ContentLength = give.length
	}
	f.proxy.ServeHTTP(w, out)
	return made.err
}

func (f *Forwarder) note(one *attempt, isInProgress bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if isInProgress {
		f.attempts[one] = true
	} else {
		delete(f.attempts, one)
	}
}

// endLost ends the attempts that wait for replicas which are not announced any more: such a replica may be paused, or
// its machine gone without a word.
func (f *Forwarder) endLost(ctx context.Context) {
	f.mu.Lock()
	var waiting []*attempt
	for one := range f.attempts {
		if clock.RealNow().Sub(one.began) > interval {
			waiting = append(waiting, one)
		}
	}
	f.mu.Unlock()
	if len(waiting) == 0 {
		return
	}
	texts, err := f.member.store.Replicas(ctx)
	if err != nil {
		return // nothing is known of them
	}
	isAnnounced := map[string]bool{}
	for _, text := range texts {
		var about About
		if json.Unmarshal([]byte(text), &about) == nil {
			isAnnounced[about.URL] = true
		}
	}
	for _, one := range waiting {
		if !isAnnounced[one.address] {
			one.cancel()
		}
	}
}

// wasNotSent reports whether an error says that a replica did not carry out a call.
func wasNotSent(err error) bool {
	var dial *net.OpError
	return errors.Is(err, errNotOwner) || errors.As(err, &dial) && dial.Op == "dial"
}

// isRepeatable reports whether carrying out a call twice is the same as once.
func isRepeatable(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead
}

// repeatable is the body of a call that may be sent several times.
type repeatable struct {
	body    io.ReadCloser
	text    []byte
	length  int64 // of the whole body; -1 if it is not known
	isRead  bool
	isLarge bool // only its beginning is in text
}

// again returns the body from its beginning. That of a large one can be had once.
func (b *repeatable) again() io.ReadCloser {
	b.read()
	if !b.isLarge {
		return io.NopCloser(bytes.NewReader(b.text))
	}
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(b.text), b.body), b.body}
}

// getBody returns what lets the transport send the body again on another connection.
func (b *repeatable) getBody() func() (io.ReadCloser, error) {
	if b.isLarge {
		return nil
	}
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.text)), nil }
}

func (b *repeatable) canRepeat() bool {
	b.read()
	return !b.isLarge
}

func (b *repeatable) read() {
	if b.isRead {
		return
	}
	b.isRead, b.length = true, -1
	if b.body == nil || b.body == http.NoBody {
		b.length = 0
		return
	}
	text, err := io.ReadAll(io.LimitReader(b.body, maxRepeatable))
	b.text = text
	if b.isLarge = err != nil || len(text) == maxRepeatable; !b.isLarge {
		b.length = int64(len(text))
	}
}
