package client

import (
	"fmt"
	"net/url"
	"slices"

	"example.com/pipesfake/fake"
)

// delivery is a webhook, as GET /_control/webhooks shows it.
type delivery struct {
	ID          string
	EndpointURL string `json:"endpoint_url"`
	Event       string
	EventID     string `json:"event_id"`
	State       string
	Because     string
	Attempts    []fake.WebhookAttempt
}

func (d delivery) webhook() fake.Webhook {
	return fake.Webhook{
		ID:          d.ID,
		EndpointURL: d.EndpointURL,
		Event:       d.Event,
		EventID:     d.EventID,
		State:       d.State,
		Because:     d.Because,
		Attempts:    d.Attempts,
	}
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
