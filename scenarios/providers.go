package scenarios

// defaultScopes is what a provider asks for when the file does not say. The slugs with scopes of their
// own are those of the WorkOS widget; the scopes are the providers' public conventions (inferred).
func defaultScopes(slug string) []string {
	switch slug {
	case "asana", "calendly":
		return []string{"default"}
	case "attio":
		return []string{"record_permission:read"}
	case "box":
		return []string{"root_readwrite"}
	case "confluence":
		return []string{"read:confluence-content.all", "offline_access"}
	case "dropbox":
		return []string{"files.content.read"}
	case "github":
		return []string{"repo", "user:email", "read:org"}
	case "gitlab":
		return []string{"read_api", "read_user"}
	case "gmail":
		return []string{"https://www.googleapis.com/auth/gmail.readonly"}
	case "google":
		return []string{"openid", "email", "profile"}
	case "google-calendar":
		return []string{"https://www.googleapis.com/auth/calendar.events"}
	case "google-drive":
		return []string{"https://www.googleapis.com/auth/drive.readonly"}
	case "hubspot":
		return []string{"crm.objects.contacts.read"}
	case "jira":
		return []string{"read:jira-work", "offline_access"}
	case "microsoft":
		return []string{"User.Read", "offline_access"}
	case "microsoft-onedrive":
		return []string{"Files.Read"}
	case "microsoft-onenote":
		return []string{"Notes.Read"}
	case "microsoft-outlook":
		return []string{"Mail.Read"}
	case "microsoft-outlook-calendar":
		return []string{"Calendars.Read"}
	case "microsoft-sharepoint":
		return []string{"Sites.Read.All"}
	case "microsoft-teams":
		return []string{"ChannelMessage.Read.All"}
	case "microsoft-todo":
		return []string{"Tasks.Read"}
	case "quickbooks":
		return []string{"com.intuit.quickbooks.accounting"}
	case "salesforce":
		return []string{"api", "refresh_token"}
	case "sentry":
		return []string{"org:read", "project:read"}
	case "slack":
		return []string{"chat:write", "channels:read"}
	case "snowflake":
		return []string{"session:role:PUBLIC"}
	case "stripe":
		return []string{"read_only"}
	case "xero":
		return []string{"accounting.transactions"}
	case "zoom":
		return []string{"meeting:read"}
	}
	return []string{"read", "write"} // linear and zendesk ask for just these
}
