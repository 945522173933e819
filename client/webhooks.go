package client

import (
	"fmt"
	"net/url"
	"slices"
	"time"

	"example.com/pipesfake/fake"
)

// delivery is a webhook, as GET /_control/webhooks shows it.
type delivery struct {
	ID           string
	EndpointID   string `json:"endpoint_id"`
	EndpointURL  string `json:"endpoint_url"`
	Event        string
	EventID      string `json:"event_id"`
	Provider     string
	User         string `json:"user_id"`
	Organization string `json:"organization_id"`
	State        string
	Because      string
	Attempts     []attempt
	NextAttempt  *time.Time `json:"next_attempt_at"`
}

type attempt struct {
	At         time.Time
	DurationMS float64 `json:"duration_ms"`
	Status     int
	Error      string
	Fault      string
}

func (d delivery) webhook() fake.Webhook {
	webhook := fake.Webhook{
		ID:           d.ID,
		EndpointID:   d.EndpointID,
		EndpointURL:  d.EndpointURL,
		Event:        d.Event,
		EventID:      d.EventID,
		Provider:     d.Provider,
		User:         d.User,
		Organization: d.Organization,
		State:        d.State,
		Because:      d.Because,
	}
	if d.NextAttempt != nil {
		webhook.NextAttempt = *d.NextAttempt
	}
	for _, one := range d.Attempts {
		webhook.Attempts = append(webhook.Attempts, fake.WebhookAttempt{
			Time: one.At, Took: milliseconds(one.DurationMS), Status: one.Status, Error: one.Error, Fault: one.Fault,
		})
	}
	return webhook
}

// Webhooks returns the deliveries of the environment, the oldest first, as fake.Environment.Webhooks does.
func (e *Environment) Webhooks() []fake.Webhook {
	e.t.Helper()
	var list struct{ Webhooks []delivery }
	if err := e.do("GET", "/webhooks?limit=10000", nil, &list); err != nil {
		e.fail(err)
		return nil
	}
	var deliveries []fake.Webhook
	for _, one := range slices.Backward(list.Webhooks) {
		deliveries = append(deliveries, one.webhook())
	}
	return deliveries
}

// Redeliver delivers a webhook once more, as a delivery of its own, which it returns. The id is a Webhook.ID. A webhook
// that is unknown or still pending fails the test.
func (e *Environment) Redeliver(webhookID string) fake.Webhook {
	e.t.Helper()
	var again delivery
	if err := e.do("POST", "/webhooks/"+url.PathEscape(webhookID)+"/redeliver", nil, &again); err != nil {
		e.fail(fmt.Errorf("Redeliver: %w", err))
	}
	return again.webhook()
}
