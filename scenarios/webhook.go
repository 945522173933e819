package scenarios

import (
	"fmt"

	"example.com/pipesfake/internal/fields"
)

// Webhook is an endpoint to which events are delivered from the start on.
type Webhook struct {
	URL      string
	Secret   string   // empty: one that derives from the seed
	Events   []string // their names
	Position Position
}

// MaxWebhooks is how many webhooks there can be at a time, in a file and in an environment.
const MaxWebhooks = 1_000

// ConnectionEvents returns the events that a webhook of the file gets unless it names others.
func ConnectionEvents() []string {
	return []string{
		"pipes.connected_account.connected", "pipes.connected_account.connection_failed",
		"pipes.connected_account.disconnected", "pipes.connected_account.reauthorization_needed",
	}
}

var webhookMapping = fields.NewMapping("webhook", []fields.Field[Webhook]{
	fields.Bind("url", webhookURLs(), func(w *Webhook) *string { return &w.URL },
		"An address of http or https.").Required("a webhook needs one"),
	fields.Bind("secret", fields.FilledText().Hide(), func(w *Webhook) *string { return &w.Secret },
		"What deliveries are signed with. Left out: one that derives from the seed."),
	fields.Bind("events", fields.Choices(ConnectionEvents()...).WithDefault(ConnectionEvents()),
		func(w *Webhook) *[]string { return &w.Events },
		"The events that are delivered. Left out: all four.").DocumentDefault(nil),
})

func webhookURLs() fields.Type[string] {
	t := fields.FilledTextOr("").
		Shaped(fields.Shape{Name: "URL", Schema: `{"type": "string", "pattern": "^https?://[^/@]"}`})
	return t.Checked(func(url string) string {
		if !IsWebURL(url) {
			return fmt.Sprintf("%q is not an address that webhooks can be sent to: write http://… or https://…",
				Abridge(url))
		}
		return ""
	})
}

// Tree returns what the webhook says, in order.
func (w Webhook) Tree() fields.Tree { return webhookMapping.Write(&w) }
