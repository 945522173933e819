package fake_test

import (
	"strings"
	"testing"
)

// The secrets of the file stay secrets after a restore, also where the restored environment has no use for them.
func TestFileSecretsAfterARestore(t *testing.T) {
	t.Parallel()
	const secret = "VERYSECRET-of-acme"
	w := withFile(t, `version: 1
providers:
  notion: {credentials: organization, scopes: [read], organizations: {org_acme: {client_id: c, client_secret: `+secret+`}}}
`)
	expect(t, "delete", w.do("DELETE", "/data-integrations/notion", "").status, 204)
	expect(t, "snapshot", w.do("POST", "/_control/snapshots", `{"name": "deleted"}`).status, 201)
	w.control("POST", "reset", "")
	w.do("GET", "/data-integrations?x="+secret, "")
	w.control("POST", "snapshots/deleted/restore", "")
	text := string(w.control("GET", "requests", "").body)
	if strings.Contains(text, secret) || !strings.Contains(text, "x=") {
		t.Errorf("the journal shows %s", text)
	}
}
