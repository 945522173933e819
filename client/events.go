package client

import (
	"slices"
	"time"

	"example.com/pipesfake/fake"
)

// event is an event, as GET /_control/events?format=json shows it.
type event struct {
	ID           string
	Name         string `json:"event"`
	Provider     string
	User         string `json:"user_id"`
	Organization string `json:"organization_id"`
	Account      string `json:"connected_account_id"`
	State        string
	At           time.Time
	Payload      struct{ Data eventData }
}

// eventData is what GET /events shows of a connection, or of an attempt to connect that failed.
type eventData struct {
	DataIntegration          string    `json:"data_integration_id"`
	Scopes                   []string  `json:"scopes"`
	AuthMethod               string    `json:"auth_method"`
	Role                     string    `json:"connection_role"`
	AccountIdentifier        string    `json:"account_identifier"`
	AccountDisplayName       string    `json:"account_display_name"`
	APIKeyLast4              string    `json:"api_key_last_4"`
	EstablishedBy            string    `json:"established_by_user_id"`
	CreatedAt                time.Time `json:"created_at"`
	UpdatedAt                time.Time `json:"updated_at"`
	ErrorCode                string    `json:"error_code"`
	ErrorReason              string    `json:"error_reason"`
	ProviderError            string    `json:"provider_error"`
	ProviderErrorDescription string    `json:"provider_error_description"`
}

func (e event) event() fake.Event {
	data := e.Payload.Data
	if data.ErrorCode != "" {
		data.CreatedAt = time.Time{} // of the attempt, which is Time
	}
	return fake.Event{
		ID:               e.ID,
		Name:             e.Name,
		Provider:         e.Provider,
		User:             e.User,
		Organization:     e.Organization,
		ConnectedAccount: e.Account,
		State:            e.State,
		Time:             e.At,

		DataIntegration:          data.DataIntegration,
		Scopes:                   data.Scopes,
		AuthMethod:               data.AuthMethod,
		Role:                     data.Role,
		AccountIdentifier:        data.AccountIdentifier,
		AccountDisplayName:       data.AccountDisplayName,
		APIKeyLast4:              data.APIKeyLast4,
		EstablishedBy:            data.EstablishedBy,
		CreatedAt:                data.CreatedAt,
		UpdatedAt:                data.UpdatedAt,
		ErrorCode:                data.ErrorCode,
		ErrorReason:              data.ErrorReason,
		ProviderError:            data.ProviderError,
		ProviderErrorDescription: data.ProviderErrorDescription,
	}
}

// Events returns the last 100,000 events of the environment, the oldest first, as fake.Environment.Events does.
func (e *Environment) Events() []fake.Event {
	e.t.Helper()
	events := []fake.Event{}
	path := "/events?format=json&limit=1000"
	for next := ""; ; {
		var page struct {
			Events []event
			Next   string
		}
		if err := e.do("GET", path+next, nil, &page); err != nil {
			e.fail(err)
			return nil
		}
		for _, one := range page.Events {
			events = append(events, one.event())
		}
		if page.Next == "" {
			slices.Reverse(events)
			return events
		}
		next = "&next=" + page.Next
	}
}
