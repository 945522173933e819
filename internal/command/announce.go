package command

import (
	"fmt"
	"io"
	"net"
	"strings"

	"example.com/pipesfake/internal/version"
)

// announce prints where the server listens, and three things to try there.
func announce(stdout io.Writer, c config, listeners []listener) {
	api := listeners[0]
	control := listeners[len(listeners)-1]
	file := c.scenarioFile()
	if file == "" {
		file = "the built-in tour"
	}
	if c.log == "json" {
		c.newLogger(stdout).Info("listening", "addr", api.Addr().String(),
			"url", api.url(), "control_url", control.url(), "scenarios", file,
			"version", version.Get().Number)
		return
	}
	fmt.Fprintf(stdout, "pipesfake listening on %s (%s)\n", api.url(), file)
	if c.controlAddr != "" {
		fmt.Fprintf(stdout, "control plane on %s\n", control.url())
	}
	host, port, _ := net.SplitHostPort(strings.TrimPrefix(api.url(), "http://"))
	fmt.Fprintf(stdout, "the page is at %s/_ui/\n", control.url())
	token := ""
	if c.controlToken != "" {
		token = ` -H "X-Pipesfake-Token: $PIPESFAKE_CONTROL_TOKEN"`
	}
	fmt.Fprintf(stdout, `
Three things to try:

1. a token:
   curl %[1]s/data-integrations/github/token -H 'Authorization: Bearer sk_test' -d '{"user_id": "user_1"}'

2. a switch, then the token again:
   curl -X PUT %[2]s/_control/scenario%[5]s -d '{"scenario": "needs_reauthorization", "user_id": "user_1"}'

3. your application's SDK:
   Node    new WorkOS('sk_test', { apiHostname: '%[3]s', port: %[4]s, https: false })
   Python  WorkOSClient(api_key='sk_test', client_id='client_test', base_url='%[1]s/')
`, api.url(), control.url(), host, port, token)
}
