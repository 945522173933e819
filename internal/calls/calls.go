// Package calls has what package fake and package client have in common about the calls that a server received.
package calls

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"sync"
)

// Header returns headers with one value for each name.
func Header(values map[string]string) http.Header {
	header := http.Header{}
	for name, value := range values {
		header.Set(name, value)
	}
	return header
}

// InOrder converts the calls that a test expects one after another. Its error names the call.
func InOrder[C, F any](calls []C, convert func(C) (F, error)) ([]F, error) {
	if len(calls) == 0 {
		return nil, errors.New("an order names at least one call")
	}
	filters := make([]F, len(calls))
	for i, one := range calls {
		var err error
		if filters[i], err = convert(one); err != nil {
			return nil, fmt.Errorf("calls[%d]: %w", i, err)
		}
	}
	return filters, nil
}

// CheckInOrder returns what is wrong with a call of an order: its event or webhook, or how many are expected.
func CheckInOrder(eventOrWebhook string, numbers ...*int) error {
	wrong := eventOrWebhook != ""
	for _, one := range numbers {
		wrong = wrong || one != nil
	}
	if wrong {
		return errors.New("an order is of calls, each of which came or not: " +
			"leave Event, Webhook, Count, AtLeast and AtMost out")
	}
	return nil
}

// ofOrder is how control calls name a call of an order.
var ofOrder = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\border\[(\d+)\]`)
})

// InGo returns a message about an order with the name that the calls have in Go.
func InGo(message string) string { return ofOrder().ReplaceAllString(message, "calls[$1]") }
