package client

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"time"

	"example.com/pipesfake/fake"
)

// Live follows what happens in the environment from now on, as fake.Environment.Live does. The connection to the server
// is open until the sequence or ctx ends.
func (e *Environment) Live(ctx context.Context) iter.Seq2[fake.Change, error] {
	ctx, cancel := context.WithCancelCause(ctx)
	stream, err := e.openLive(ctx, cancel)
	return func(yield func(fake.Change, error) bool) {
		defer cancel(nil)
		for err == nil {
			var change fake.Change
			var isKnown bool
			if change, isKnown, err = stream.next(); isKnown && !yield(change, nil) {
				return
			}
		}
		yield(fake.Change{}, reason(ctx, err))
	}
}

// liveStream is a response with server-sent events.
type liveStream struct{ lines *bufio.Reader }

// openLive opens the stream, and waits until it has begun. It cancels the context if that takes too long.
func (e *Environment) openLive(ctx context.Context, cancel context.CancelCauseFunc) (*liveStream, error) {
	const path = "/_control/events"
	request, err := e.control.request(ctx, http.MethodGet, path, url.Values{"environment": {e.name}}, nil)
	if err != nil {
		return nil, err
	}
	late := time.AfterFunc(e.control.timeout, func() { cancel(fmt.Errorf("no answer for %v", e.control.timeout)) })
	defer late.Stop()
	response, err := e.control.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("pipesfake does not answer at %s (GET %s): %w", e.control.base, path, reason(ctx, err))
	}
	if response.StatusCode != http.StatusOK {
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		return nil, errors.Join(errorOf(response, text), err)
	}
	stream := &liveStream{bufio.NewReader(response.Body)}
	_, err = stream.lines.ReadBytes('\n') // a comment
	return stream, err
}

// next returns the next change. It is unknown if this package has no use for it.
func (s *liveStream) next() (change fake.Change, isKnown bool, err error) {
	var name, data []byte
	for {
		line, err := s.lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			err = errors.New("the server has ended the stream: it shuts down, or the environment was deleted")
		}
		if err != nil {
			return change, false, err
		}
		line = bytes.TrimSuffix(line, []byte("\n"))
		if value, is := bytes.CutPrefix(line, []byte("event: ")); is {
			name = value
		} else if value, is := bytes.CutPrefix(line, []byte("data: ")); is {
			data = value
		} else if len(line) == 0 {
			break
		}
	}
	err = readChange(string(name), data, &change)
	return change, err == nil && change != fake.Change{}, err
}

func readChange(name string, data []byte, into *fake.Change) (err error) {
	switch name {
	case "request":
		into.Request, err = read(data, request.brief)
	case "switch":
		into.Switch, err = read(data, oneSwitch.toSwitch)
	case "event":
		into.Event, err = read(data, event.event)
	case "webhook":
		into.Webhook, err = read(data, delivery.webhook)
	case "left_out":
		counts := map[string]int{}
		err = json.Unmarshal(data, &counts)
		for _, n := range counts {
			into.LeftOut += n
		}
	}
	return err
}

// read decodes what the server shows, and converts it.
func read[S, T any](data []byte, convert func(S) T) (*T, error) {
	var shown S
	if err := json.Unmarshal(data, &shown); err != nil {
		return nil, fmt.Errorf("the stream has what pipesfake does not send: %w", err)
	}
	return new(convert(shown)), nil
}
