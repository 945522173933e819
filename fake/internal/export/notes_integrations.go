package export

import (
	"fmt"
	"maps"
	"slices"

	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/scenarios"
)

// notesOfIntegrations returns which secrets of integrations are left out, and what is otherwise for each of them.
func (e *exporter) notesOfIntegrations() (notes []string) {
	config := func(whose string, provider scenarios.Provider, is, was map[string]string) {
		for name, value := range is {
			if provider.Fields[name].Secret && was[name] != value {
				notes = append(notes, "Left out: the "+name+" in the config of "+whose+".")
			}
		}
	}
	for at, one := range e.Catalog.Overrides {
		declared, _ := e.Set.Declared(at.Slug)
		was := declared.Organizations[at.Organization]
		if one.ClientID != was.ClientID || one.ClientSecret != was.ClientSecret {
			notes = append(notes, fmt.Sprintf(
				"Left out: the client_id and client_secret that organization %q gave for %s.",
				at.Organization, at.Slug))
		}
		if i := e.ConfiguredIntegration(at.Slug); i != nil {
			config(fmt.Sprintf("organization %q with %s", at.Organization, at.Slug), i.Provider, one.Config, was.Config)
		}
	}
	for _, i := range e.Catalog.Integrations {
		declared, _ := e.Set.Declared(i.Slug)
		whose := fmt.Sprintf("the data integration %s of ownership %s", i.Slug, i.Ownership)
		if e.hasOwnCredentials(i) {
			notes = append(notes, "Left out: the client_id and client_secret of "+whose+". Others are served.")
		}
		config(whose, i.Provider, i.Provider.Config, declared.Config)
		notes = append(notes, e.notesOfIntegration(i, whose)...)
	}
	return notes
}

// hasOwnCredentials reports whether a call gave an integration credentials.
func (e *exporter) hasOwnCredentials(i *state.Integration) bool {
	if i.Credentials == nil || i.Credentials.ClientID == "" {
		return false
	}
	id, secret := e.Mint.Client(i.Slug, i.Ownership)
	return i.Credentials.ClientID != id || i.Credentials.ClientSecret != secret
}

// notesOfIntegration returns what a file cannot say of one integration.
func (e *exporter) notesOfIntegration(i *state.Integration, whose string) (notes []string) {
	add := noteIn(&notes, whose)
	declared, _ := e.Set.Declared(i.Slug)
	add(i.Custom != nil, "Left out: the custom_provider of %s.")
	add(i.Scopes == nil && declared.Scopes != nil,
		"Different: the scopes of %s, which are null, are those that the file says.")
	add(e.Catalog.Deletions(i.Slug, i.Ownership) > 0, "Different: the id of %s, which was deleted before.")
	if i != e.ConfiguredIntegration(i.Slug) {
		users := e.ConfiguredIntegration(i.Slug)
		add(!sameIntegration(users, i), "Different: %s, which a file describes together with the other one.")
	} else if other := e.impliedBeside(i); other != nil && !sameIntegration(i, other) {
		notes = append(notes, fmt.Sprintf("Different: the data integration %s of ownership %s, "+
			"which a file describes together with the other one.", i.Slug, other.Ownership))
	}
	return notes
}

// impliedBeside returns the integration of the other ownership, if it exists without anybody having set it up, or nil.
func (e *exporter) impliedBeside(i *state.Integration) *state.Integration {
	if e.OtherIntegration(i.Slug, i.Ownership) != nil {
		return nil
	}
	return e.Integration(i.Slug, state.OtherOwnership(i.Ownership))
}

// sameIntegration reports whether a file can describe two integrations of a provider together.
func sameIntegration(a, b *state.Integration) bool {
	p, q := a.Provider, b.Provider
	return sameScopes(a.Scopes, b.Scopes) && sameText(a.Description, b.Description) &&
		a.CredentialsType() == b.CredentialsType() &&
		p.Name == q.Name && p.Enabled == q.Enabled && p.State == q.State &&
		slices.Equal(p.AuthMethods, q.AuthMethods) && maps.Equal(p.Config, q.Config)
}

func sameText(a, b *string) bool { return a == b || a != nil && b != nil && *a == *b }
