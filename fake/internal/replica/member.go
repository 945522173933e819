package replica

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"example.com/pipesfake/fake/internal/clock"
)

// Member is this server among the replicas. It is safe for concurrent use.
type Member struct {
	store  Store
	host   Host
	max    int // how many environments all replicas can have together
	logger *slog.Logger
	secret string
	about  About
	file   func() string // returns the digest of the scenario file in force here

	onInterval func(context.Context) // of the forwarder, or nil

	adopting singleflight.Group
	owners   ownerCache
	handing  handing
	leaving  atomic.Bool   // nothing is claimed any more
	left     chan struct{} // closed by Leave
	working  sync.WaitGroup

	mu      sync.Mutex
	id      string    // of the announcement; empty: there is none
	until   time.Time // the announcement is sure to last
	inForce bool      // the scenario file is the one that all replicas are to have
	current string    // the digest of that one
	problem error     // why the last announcement failed, or nil
}

// Config says what a member needs.
type Config struct {
	Store  Store
	Host   Host
	Max    int
	Logger *slog.Logger
	About  About         // its File is set by the member
	File   func() string // returns the digest of the scenario file in force
}

// New returns a server that is to be one of the replicas that share a store.
func New(config Config) *Member {
	return &Member{
		store: config.Store, host: config.Host, max: config.Max, logger: config.Logger, about: config.About,
		file: config.File, left: make(chan struct{}),
	}
}

// Join announces the server, and goes on doing so until Leave. It is called once.
func (m *Member) Join(ctx context.Context) (err error) {
	if m.secret, err = m.store.Secret(ctx, rand.Text()); err != nil {
		return err
	}
	if err := m.announce(ctx); err != nil {
		return err
	}
	m.noteOthers(ctx)
	m.working.Go(m.announceAlways)
	m.working.Go(m.placeAlways)
	if m.onInterval != nil {
		m.working.Go(m.forwardAlways)
	}
	return nil
}

// Secret returns what replicas tell each other by.
func (m *Member) Secret() string { return m.secret }

// announceAlways announces the member until it leaves. Nothing else may hold it up.
func (m *Member) announceAlways() {
	m.always(interval, func() {
		ctx, cancel := context.WithTimeout(context.Background(), storeTime)
		defer cancel()
		m.note(m.announce(ctx))
	})
}

// placeAlways looks after environments that this replica must hand over, and that no replica owns, until it leaves.
func (m *Member) placeAlways() {
	i := 0
	m.always(interval, func() {
		m.releaseIfOutdated()
		if i++; i%orphanEvery == 0 {
			m.adoptOrphans()
		}
	})
}

// forwardAlways looks after the calls that were passed on, until the member leaves.
func (m *Member) forwardAlways() {
	m.always(interval, func() {
		ctx, cancel := context.WithTimeout(context.Background(), storeTime)
		defer cancel()
		m.onInterval(ctx)
	})
}

// always does something at intervals, until the member leaves.
func (m *Member) always(interval time.Duration, do func()) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			do()
		case <-m.left:
			return
		}
	}
}

// note logs why announcing fails, once, and that it works again.
func (m *Member) note(err error) {
	m.mu.Lock()
	before := m.problem
	m.problem = err
	m.mu.Unlock()
	switch {
	case err != nil && before == nil:
		m.logger.Error("the store cannot be reached: calls are answered with 503", "why", err.Error())
	case err == nil && before != nil:
		m.logger.Info("the store is reached again")
	}
}

// announce begins or renews the announcement. If it has ended meanwhile, everything is given up: another replica may
// have it.
func (m *Member) announce(ctx context.Context) error {
	m.mu.Lock()
	id, isFirst := m.id, m.id == ""
	if isFirst {
		id = rand.Text()
	}
	m.mu.Unlock()
	m.about.File = m.file()
	about, err := json.Marshal(m.about)
	if err != nil {
		return err
	}
	begun := clock.RealNow()
	isAlive, current, err := m.store.Announce(ctx, id, string(about), m.about.File, lifetime, isFirst)
	if err != nil {
		if !m.IsAlive() {
			m.lose()
		}
		return err
	}
	if !isAlive {
		m.lose()
		return m.announce(ctx)
	}
	if isFirst {
		m.store.Own(id)
	}
	m.mu.Lock()
	wasInForce := m.inForce || isFirst
	m.id, m.until, m.current = id, begun.Add(lifetime-margin), current
	m.inForce = current == m.about.File
	isInForce := m.inForce
	m.mu.Unlock()
	m.noteFile(wasInForce, isInForce)
	return nil
}

// noteOthers logs which replicas had another scenario file before this server, whose file is in force now: it is a
// rolling change, or two deployments share a prefix.
func (m *Member) noteOthers(ctx context.Context) {
	list, err := m.Replicas(ctx)
	if err != nil || !m.isInForce() {
		return
	}
	var others []string
	for _, one := range list {
		if one.File != m.about.File {
			others = append(others, one.URL)
		}
	}
	if len(others) > 0 {
		m.logger.Warn("the scenario file of this replica is in force in place of that of others, which hand their "+
			"environments over; if they are another deployment, give it another prefix in --state", "others", others)
	}
}

// isInForce reports whether the scenario file of this server is the one that all replicas are to have.
func (m *Member) isInForce() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.inForce
}

// noteFile logs that the scenario file of this server is not the one that is in force, and that it is again.
func (m *Member) noteFile(was, is bool) {
	switch {
	case was && !is:
		m.logger.Warn("another scenario file is in force among the replicas: this one only passes calls on; " +
			"give it the same file, or another prefix in --state")
	case !was && is:
		m.logger.Info("the scenario file of this replica is in force")
	}
}

// lose gives up everything without saving it: it may be another replica's by now.
func (m *Member) lose() {
	m.mu.Lock()
	had := m.id != ""
	m.id, m.until = "", time.Time{}
	m.mu.Unlock()
	m.owners.clear()
	names := m.host.Held()
	for _, name := range names {
		m.host.Abandon(name)
	}
	if had && len(names) > 0 {
		m.logger.Warn("the announcement of this replica ended: its environments are given up",
			"environments", len(names))
	}
}

// IsAlive reports whether the announcement is sure to last, so that nobody else owns what is held here.
func (m *Member) IsAlive() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.lasts()
}

// session returns the id of the announcement, and whether it may claim environments.
func (m *Member) session() (id string, canClaim bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.id, m.lasts() && m.inForce && !m.leaving.Load()
}

// isSession reports whether an announcement still lasts.
func (m *Member) isSession(id string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.id == id && m.lasts()
}

// lasts reports whether the announcement is sure to last, under the lock. The monotonic clock stands still while the
// machine sleeps, and the clock on the wall can be set back.
func (m *Member) lasts() bool {
	now := clock.RealNow()
	return m.id != "" && now.Before(m.until) && now.Round(0).Before(m.until.Round(0))
}

// releaseIfOutdated hands everything over if another scenario file has come into force at the replicas.
func (m *Member) releaseIfOutdated() {
	m.mu.Lock()
	isOutdated := m.id != "" && !m.inForce
	id := m.id
	m.mu.Unlock()
	if !isOutdated {
		return
	}
	m.releaseAll(context.Background(), id)
}

// HandOver gives everything up to other replicas, one environment after the other, before the server ends. It returns
// once this is done, or ctx ends: what is left then is taken over after Leave. If there is no other replica, this one
// goes on.
func (m *Member) HandOver(ctx context.Context) {
	m.StopClaiming()
	id, _ := m.session()
	replicas, err := m.store.Replicas(ctx)
	if err == nil && id != "" && len(m.able(replicas, id)) > 0 {
		m.releaseAll(ctx, id)
	}
}

// releaseAll hands all environments over, until ctx ends.
func (m *Member) releaseAll(ctx context.Context, id string) {
	names := make(chan string)
	var working sync.WaitGroup
	for range handsOver {
		working.Go(func() {
			for name := range names {
				m.release(name, id)
			}
		})
	}
	for _, name := range m.host.Held() {
		if ctx.Err() != nil {
			break
		}
		names <- name
	}
	close(names)
	working.Wait()
}

// release hands one environment over. Calls for it wait meanwhile.
func (m *Member) release(name, id string) {
	defer m.handing.begin(name)()
	ctx, cancel := context.WithTimeout(context.Background(), lifetime)
	defer cancel()
	m.host.Settle(ctx, name)
	err := m.host.Save(ctx, name)
	m.host.Abandon(name)
	if err = errors.Join(err, m.store.Release(ctx, name, id)); err != nil {
		m.logger.Warn("environment not handed over", "environment", name, "why", err.Error())
	}
}

// StopClaiming keeps the member from claiming anything more, before the server ends.
func (m *Member) StopClaiming() { m.leaving.Store(true) }

// Leave ends the announcement, so that other replicas take over at once what was saved before. It is called once.
func (m *Member) Leave(ctx context.Context) error {
	m.StopClaiming()
	close(m.left)
	m.working.Wait()
	m.mu.Lock()
	id := m.id
	m.id = ""
	m.mu.Unlock()
	if id == "" {
		return nil
	}
	return m.store.Leave(ctx, id)
}
