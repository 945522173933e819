package scenarios

// defaultScopes is what providers ask for when the file does not say, by slug; those that are not here
// ask for read and write. The slugs are those of the WorkOS widget; the scopes are the providers' public
// conventions (inferred).
func defaultScopes() map[string][]string {
	return map[string][]string{
		"asana":                      {"default"},
		"calendly":                   {"default"},
		"attio":                      {"record_permission:read"},
		"box":                        {"root_readwrite"},
		"confluence":                 {"read:confluence-content.all", "offline_access"},
		"dropbox":                    {"files.content.read"},
		"github":                     {"repo", "user:email", "read:org"},
		"gitlab":                     {"read_api", "read_user"},
		"gmail":                      {"https://www.googleapis.com/auth/gmail.readonly"},
		"google":                     {"openid", "email", "profile"},
		"google-calendar":            {"https://www.googleapis.com/auth/calendar.events"},
		"google-drive":               {"https://www.googleapis.com/auth/drive.readonly"},
		"hubspot":                    {"crm.objects.contacts.read"},
		"jira":                       {"read:jira-work", "offline_access"},
		"microsoft":                  {"User.Read", "offline_access"},
		"microsoft-onedrive":         {"Files.Read"},
		"microsoft-onenote":          {"Notes.Read"},
		"microsoft-outlook":          {"Mail.Read"},
		"microsoft-outlook-calendar": {"Calendars.Read"},
		"microsoft-sharepoint":       {"Sites.Read.All"},
		"microsoft-teams":            {"ChannelMessage.Read.All"},
		"microsoft-todo":             {"Tasks.Read"},
		"quickbooks":                 {"com.intuit.quickbooks.accounting"},
		"salesforce":                 {"api", "refresh_token"},
		"sentry":                     {"org:read", "project:read"},
		"slack":                      {"chat:write", "channels:read"},
		"snowflake":                  {"session:role:PUBLIC"},
		"stripe":                     {"read_only"},
		"xero":                       {"accounting.transactions"},
		"zoom":                       {"meeting:read"},
	}
}
