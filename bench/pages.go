package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// openPages is how many pages watch the server that is under load.
const openPages = 10

// watched measures the same load without open pages and with them, in turn.
func (b *bench) watched() error {
	load, err := b.load("watched", callsOf(tokenOf, 0, 1_000))
	if err != nil {
		return err
	}
	f, err := b.fake(1_000)
	if err != nil {
		return err
	}
	defer f.stop()
	var shown atomic.Int64
	r, err := b.inTurn(2, true, func(_, withPages int) (round, error) {
		ctx, shut := context.WithCancel(b.ctx)
		var open sync.WaitGroup
		defer open.Wait()
		defer shut()
		for range withPages * openPages {
			open.Go(func() { f.watch(ctx, &shown) })
		}
		return b.measure(f, load, b.seconds)
	})
	if err != nil {
		return err
	}
	if least := int64(openPages * b.seconds * b.rounds / 2); shown.Load() < least {
		return fmt.Errorf("the pages were brought up to date %d times, not at least %d", shown.Load(), least)
	}
	fmt.Printf("with %d pages open: %.0f req/s, without %.0f, ratio %.3f (at least 0.95)\n\n", openPages,
		r.of(1, perSecond), r.of(0, perSecond), median(r.ratios(1, 0, perSecond)))
	return nil
}

// watch acts like a browser with the page of requests: it reads the stream, and fetches the page when the stream
// announces a request, at most once a second.
func (s *server) watch(ctx context.Context, shown *atomic.Int64) {
	stream, err := s.open(ctx, "/_control/events?limit=1")
	if err != nil {
		return
	}
	defer stream.Close()
	var last time.Time
	for lines := bufio.NewScanner(stream); lines.Scan(); {
		if !strings.HasPrefix(lines.Text(), "event: request") || time.Since(last) < time.Second {
			continue
		}
		last = time.Now()
		if page, err := s.open(ctx, "/_ui/requests"); err == nil {
			if n, err := io.Copy(io.Discard, page); n > 0 && err == nil {
				shown.Add(1)
			}
			_ = page.Close()
		}
	}
}

// open starts a response that the context ends.
func (s *server) open(ctx context.Context, path string) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+path, nil)
	if err != nil {
		return nil, err
	}
	response, err := (&http.Client{Transport: s.client.Transport}).Do(request) // without the time limit of other calls
	if err != nil {
		return nil, err
	}
	return response.Body, nil
}
