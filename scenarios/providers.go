package scenarios

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// builtin is what is known of a provider that the file need not tell.
type builtin struct {
	name   string
	scopes []string // nil: read and write
}

// builtins are the known providers, by slug. The slugs are those of the WorkOS widget; the names and
// scopes are the providers' public conventions (inferred).
func builtins() map[string]builtin {
	return map[string]builtin{
		"asana":                      {"Asana", []string{"default"}},
		"attio":                      {"Attio", []string{"record_permission:read"}},
		"box":                        {"Box", []string{"root_readwrite"}},
		"cal-dot-com":                {"Cal.com", nil},
		"calendly":                   {"Calendly", []string{"default"}},
		"confluence":                 {"Confluence", []string{"read:confluence-content.all", "offline_access"}},
		"datadog":                    {"Datadog", nil},
		"dropbox":                    {"Dropbox", []string{"files.content.read"}},
		"frame-io":                   {"Frame.io", nil},
		"front":                      {"Front", nil},
		"github":                     {"GitHub", []string{"repo", "user:email", "read:org"}},
		"gitlab":                     {"GitLab", []string{"read_api", "read_user"}},
		"gmail":                      {"Gmail", []string{"https://www.googleapis.com/auth/gmail.readonly"}},
		"gong":                       {"Gong", nil},
		"google":                     {"Google", []string{"openid", "email", "profile"}},
		"google-calendar":            {"Google Calendar", []string{"https://www.googleapis.com/auth/calendar.events"}},
		"google-drive":               {"Google Drive", []string{"https://www.googleapis.com/auth/drive.readonly"}},
		"helpscout":                  {"Help Scout", nil},
		"hubspot":                    {"HubSpot", []string{"crm.objects.contacts.read"}},
		"intercom":                   {"Intercom", nil},
		"intralinks":                 {"Intralinks", nil},
		"jira":                       {"Jira", []string{"read:jira-work", "offline_access"}},
		"linear":                     {"Linear", nil},
		"microsoft":                  {"Microsoft", []string{"User.Read", "offline_access"}},
		"microsoft-onedrive":         {"OneDrive", []string{"Files.Read"}},
		"microsoft-onenote":          {"OneNote", []string{"Notes.Read"}},
		"microsoft-outlook":          {"Outlook", []string{"Mail.Read"}},
		"microsoft-outlook-calendar": {"Outlook Calendar", []string{"Calendars.Read"}},
		"microsoft-sharepoint":       {"SharePoint", []string{"Sites.Read.All"}},
		"microsoft-teams":            {"Microsoft Teams", []string{"ChannelMessage.Read.All"}},
		"microsoft-todo":             {"Microsoft To Do", []string{"Tasks.Read"}},
		"notion":                     {"Notion", nil},
		"prefect":                    {"Prefect", nil},
		"pydantic-logfire":           {"Pydantic Logfire", nil},
		"quickbooks":                 {"QuickBooks", []string{"com.intuit.quickbooks.accounting"}},
		"salesforce":                 {"Salesforce", []string{"api", "refresh_token"}},
		"sentry":                     {"Sentry", []string{"org:read", "project:read"}},
		"slack":                      {"Slack", []string{"chat:write", "channels:read"}},
		"snowflake":                  {"Snowflake", []string{"session:role:PUBLIC"}},
		"stripe":                     {"Stripe", []string{"read_only"}},
		"xero":                       {"Xero", []string{"accounting.transactions"}},
		"zendesk":                    {"Zendesk", nil},
		"zoom":                       {"Zoom", []string{"meeting:read"}},
	}
}

// Known tells whether a provider is built in, whatever the file says.
func (s *Set) Known(slug string) bool {
	_, ok := s.builtins[slug]
	return ok
}

// Scopes are what a provider asks for: the file's, else the built-in table's, else read and write.
func (s *Set) Scopes(provider string) []string {
	if p, ok := s.providers[provider]; ok && p.Scopes != nil {
		return p.Scopes
	}
	return s.UsualScopes(provider)
}

// UsualScopes are what a provider asks for unless a file or a call says otherwise. They are never empty.
func (s *Set) UsualScopes(provider string) []string {
	if known := s.builtins[provider]; known.scopes != nil {
		return known.scopes
	}
	return s.readWrite
}

// displayName is the table's, else the slug in words: My Crm for my-crm.
func (s *Set) displayName(slug string) string {
	if known, ok := s.builtins[slug]; ok {
		return known.name
	}
	words := strings.FieldsFunc(slug, func(r rune) bool { return strings.ContainsRune("-_.", r) })
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return cmp.Or(strings.Join(words, " "), slug)
}

// Declared is the file's entry for a provider, with its defaults filled in, except for scopes, which
// Scopes tells. It may not be changed.
func (s *Set) Declared(slug string) (Provider, bool) {
	p, ok := s.providers[slug]
	return p, ok
}

// Implied is what a provider is that nobody declared.
func (s *Set) Implied(slug string) Provider {
	return Provider{
		Name: s.displayName(slug), Enabled: true, State: Valid, Credentials: CredentialsShared,
		AuthMethods: []string{OAuth}, Ownership: []string{OwnerUser},
	}
}

// Providers are the slugs that the file declares, sorted.
func (s *Set) Providers() []string { return slices.Sorted(maps.Keys(s.providers)) }
