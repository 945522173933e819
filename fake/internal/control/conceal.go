package control

import (
	"encoding/json"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/webhook"
)

// hider replaces what an environment knows as a secret: tokens turn up in the place of ids. Ids that are none stay.
type hider func(text string) string

func (c Call) hider() hider { return c.Environment.Redact }

// Hide is a text without what the environment knows as a secret.
func (c Call) Hide(text string) string { return c.Environment.Redact(text) }

// Address is an address without secrets, in its query neither.
func (c Call) Address(address string) string {
	return journal.NewRedactor(c.Environment.Environment).Text(address)
}

// inPlace replaces a text, which may be null.
func (hide hider) inPlace(text *string) {
	if text != nil {
		*text = hide(*text)
	}
}

func (hide hider) each(texts []string) []string {
	for i, text := range texts {
		if shown := hide(text); shown != text { // what is shared stays as it is
			texts = append(append(append([]string{}, texts[:i]...), shown), texts[i+1:]...)
		}
	}
	return texts
}

func (hide hider) place(p *Place) {
	p.Provider, p.UserID = hide(p.Provider), hide(p.UserID)
	var organization string
	if p.OrganizationID == nil || json.Unmarshal(*p.OrganizationID, &organization) != nil {
		return
	}
	if shown := hide(organization); shown != organization {
		quoted, _ := json.Marshal(shown)
		p.OrganizationID = (*json.RawMessage)(&quoted)
	}
}

func (hide hider) fault(f *Fault) {
	if f == nil {
		return
	}
	shown := slices.Clone(f.tree)
	for i, one := range shown {
		if !slices.Contains([]string{"provider", "user_id", "organization_id", "body"}, one.Key) {
			continue
		}
		switch value := one.Value.(type) {
		case string:
			shown[i].Value = hide(value)
			if one.Key == "provider" { // what is shown must be a slug
				shown[i].Value = strings.ReplaceAll(hide(value), "…", "hidden-")
			}
		case *string:
			if value != nil {
				shown[i].Value = hide(*value)
			}
		}
	}
	f.tree = shown
}

func (hide hider) said(s *ScenarioBody) {
	hide.state(&s.State)
	for i := range s.Steps {
		hide.fault(s.Steps[i].Fault)
		if state := s.Steps[i].State; state != nil {
			hide.state(state)
		}
	}
}

func (hide hider) state(s *StateView) {
	s.Scopes, s.MissingScopes = hide.each(s.Scopes), hide.each(s.MissingScopes)
}

// switchOf is a switch as it may be shown.
func (hide hider) switchOf(of *model.Switch) Switch {
	view := switchOf(of)
	hide.switched(&view)
	return view
}

func (hide hider) switched(s *Switch) {
	hide.place(&s.Place)
	hide.said(&s.ScenarioBody)
	s.Covers = hide(s.Covers)
}

// connectionOf is a connection as it may be shown.
func (hide hider) connectionOf(of model.Connection) Connection {
	view := connectionOf(of)
	view.Provider, view.Because = hide(view.Provider), hide(view.Because)
	hide.inPlace(view.UserID)
	hide.inPlace(view.OrganizationID)
	view.Scopes, view.MissingScopes = hide.each(view.Scopes), hide.each(view.MissingScopes)
	for i := range view.Steps {
		hide.fault(view.Steps[i].Fault)
	}
	if by := view.DecidedBy.Switch; by != nil {
		hide.switched(by)
	}
	return view
}

// whole hides what is in an environment beside its switches and connections.
func (c Call) whole(w *State) {
	hide := c.hider()
	for i := range w.Providers {
		w.Providers[i].Slug = hide(w.Providers[i].Slug)
	}
	for i := range w.Integrations {
		w.Integrations[i].Slug = hide(w.Integrations[i].Slug)
	}
	if len(w.Endpoints) == 0 {
		return
	}
	redactor := journal.NewRedactor(c.Environment.Environment)
	for i := range w.Endpoints {
		w.Endpoints[i].URL = redactor.Text(w.Endpoints[i].URL)
	}
}

// Delivery is a delivery as it may be shown.
func (c Call) Delivery(of webhook.Delivery) Delivery {
	view, hide := viewDelivery(of), c.hider()
	view.EndpointURL, view.Provider = c.Address(view.EndpointURL), hide(view.Provider)
	hide.inPlace(view.UserID)
	hide.inPlace(view.OrganizationID)
	for i := range view.Attempts {
		hide.inPlace(view.Attempts[i].Error)
	}
	return view
}

// hidden is coverage as it may be shown.
func (c Coverage) hidden(hide hider) Coverage {
	for i := range c.Providers {
		c.Providers[i].Provider = hide(c.Providers[i].Provider)
	}
	return c
}

// snapshotOf is a snapshot as it may be shown.
func (hide hider) snapshotOf(k environment.SnapshotInfo) Snapshot {
	k.Name = hide(k.Name)
	return snapshotOf(k)
}
