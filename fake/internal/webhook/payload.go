package webhook

import (
	"bytes"
	"encoding/json"
	"regexp"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
)

// EventView returns an event as GET /events and webhooks show it (source: spec; the details: Python SDK 10.8).
func EventView(e *model.Event) pipes.Event {
	view := pipes.Event{Object: "event", ID: e.EventID(), Event: e.Name, CreatedAt: pipes.Time(e.At)}
	if failure := e.Failure; failure != nil {
		view.Data = pipes.EventFailure{
			Object: "connection_failed", DataIntegrationID: e.IntegrationID(), ProviderSlug: e.Provider,
			UserID: pipes.TextOrNull(e.User), OrganizationID: pipes.TextOrNull(e.Organization),
			ErrorCode: failure.Code, ErrorReason: pipes.TextOrNull(failure.Reason),
			ProviderError:            pipes.TextOrNull(failure.ProviderError),
			ProviderErrorDescription: pipes.TextOrNull(failure.ProviderDescription), CreatedAt: pipes.Time(e.At),
			AccountIdentifier: pipes.TextOrNull(failure.Identifier),
		}
		return view
	}
	view.Data = pipes.EventAccount{
		Object: "connected_account", ID: e.ID(), DataIntegrationID: e.IntegrationID(), ProviderSlug: e.Provider,
		UserID: pipes.TextOrNull(e.User), OrganizationID: pipes.TextOrNull(e.Organization),
		Scopes: e.Scopes, State: e.State, CreatedAt: pipes.Time(e.Created), UpdatedAt: pipes.Time(e.Updated),
		EventDetails: eventDetails(e),
	}
	return view
}

// eventDetails returns the newer part of an event of a connection, or nil if the event does not know it.
func eventDetails(e *model.Event) *pipes.EventDetails {
	if e.Details == nil {
		return nil
	}
	return &pipes.EventDetails{
		ConnectionRole:     e.Role(),
		AccountIdentifier:  pipes.TextOrNull(e.Details.Identifier),
		AccountDisplayName: pipes.TextOrNull(e.Details.DisplayName),
		AuthMethod:         e.Details.AuthMethod,
		APIKeyLast4:        pipes.TextOrNull(e.Details.APIKeyLast4),
		EstablishedBy:      pipes.TextOrNull(e.Details.EstablishedBy),
	}
}

// Payload returns the body of a webhook: the event as GET /events shows it, byte for byte what JSON.stringify would
// write, so that clients that parse and encode it again verify the same text (source: SDKs).
func Payload(e *model.Event) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(EventView(e))
	return unescapeSeparators(bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))), err
}

// unescapeSeparators writes the two line separators of Unicode as they are, like JSON.stringify. encoding/json always
// escapes them.
func unescapeSeparators(text []byte) []byte {
	// Escapes are matched whole, so that an escaped backslash is not taken for the beginning of one.
	escapes := regexp.MustCompile(`\\(u2028|u2029|.)`)
	return escapes.ReplaceAllFunc(text, func(escape []byte) []byte {
		switch string(escape) {
		case `\u2028`:
			return []byte("\u2028")
		case `\u2029`:
			return []byte("\u2029")
		}
		return escape
	})
}
