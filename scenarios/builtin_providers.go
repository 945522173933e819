package scenarios

import (
	"maps"
	"slices"
	"sync"
)

// builtinProvider describes a provider that files need not declare.
type builtinProvider struct {
	name   string
	scopes []string // nil: read and write
}

// builtinProviders returns the built-in providers by slug. The slugs are those of the WorkOS widget. The names and
// scopes are inferred from the public conventions of the providers. All sets share the map, which nothing changes.
var builtinProviders = sync.OnceValue(func() map[string]builtinProvider {
	return map[string]builtinProvider{
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
})

// builtinSlugs returns the slugs of the built-in providers, sorted.
var builtinSlugs = sync.OnceValue(func() []string { return slices.Sorted(maps.Keys(builtinProviders())) })
