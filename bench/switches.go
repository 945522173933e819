package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// switches measures switches for everybody over HTTP, one at a time, with small and large files.
func (b *bench) switches() error {
	for _, connections := range []int{1, b.scaled(100_000)} {
		f, err := b.fake(connections)
		if err != nil {
			return err
		}
		defer f.stop()
		if _, err := f.repeat(switchTo("active"), 100); err != nil { // warms up
			return err
		}
		took, err := f.repeat(switchTo("active"), b.scaled(2_000))
		if err != nil {
			return err
		}
		f.stop()
		fmt.Printf("a switch for everybody, %7s connections: %.0f µs\n", thousands(connections), 1e6*median(took))
	}
	return nil
}

// lists measures one page of short and long lists, at the end and in the middle, and the switch
// for everybody after as many connections were seen.
func (b *bench) lists() error {
	for _, length := range []int{1_000, b.scaled(100_000)} {
		f, err := b.fake(0)
		if err != nil {
			return err
		}
		defer f.stop()
		if err := f.createIntegrations(length); err != nil {
			return err
		}
		var middle struct{ ID string }
		path := fmt.Sprintf("/data-integrations/p%d", length/2)
		body, err := f.send(call{http.MethodGet, path, "", "sk_test"})
		if err != nil {
			return err
		}
		if err := json.Unmarshal(body, &middle); err != nil {
			return err
		}
		for _, one := range []struct {
			name string
			call call
		}{
			{"a page at the end", call{http.MethodGet, "/data-integrations", "", "sk_test"}},
			{"a page in the middle", call{http.MethodGet, "/data-integrations?after=" + middle.ID, "", "sk_test"}},
			{"a switch for everybody", switchTo("active")},
		} {
			took, err := f.repeat(one.call, 500)
			if err != nil {
				return err
			}
			fmt.Printf("with %7s integrations, and connections seen: %s: %.0f µs\n",
				thousands(length), one.name, 1e6*median(took))
		}
		f.stop()
	}
	return nil
}

// createIntegrations creates integrations p0, p1 and so on, and requests a token for as many users.
func (s *server) createIntegrations(n int) error {
	for i := range n {
		body := fmt.Sprintf(`{"provider": "p%d", "credentials": {"type": "organization"}}`, i)
		if _, err := s.send(call{http.MethodPost, "/data-integrations", body, "sk_test"}); err != nil {
			return err
		}
		if _, err := s.send(tokenOf(i)); err != nil {
			return err
		}
	}
	return nil
}

// repeat makes one call after another, and returns how many seconds each took.
func (s *server) repeat(c call, times int) ([]float64, error) {
	took := make([]float64, times)
	for i := range took {
		began := time.Now()
		if _, err := s.send(c); err != nil {
			return nil, err
		}
		took[i] = time.Since(began).Seconds()
	}
	return took, nil
}
