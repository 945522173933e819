package command

import "context"

// healthcheck exits with 0 if a running server is healthy. It reads the variable of serve's --addr, so that a container
// needs no other setting.
func healthcheck(ctx context.Context, p Process, args []string) int {
	c := newClient(p, "healthcheck",
		"It asks a running pipesfake for its health, and exits 0 when it is healthy, 1 when it is not or does not "+
			"answer, 2 when\na flag is wrong.")
	if code, done := c.parse(p, args); done {
		return code
	}
	_, code := c.get(ctx, "/health")
	return code
}
