package fake

import (
	"example.com/pipesfake/fake/internal/pipes"
)

// authorize answers POST /data-integrations/{slug}/authorize: where the user's browser is sent to
// connect. The address has the form of WorkOS's own (source: spec), at this server.
func authorize(c call) (reply, error) {
	object, err := c.object()
	if err != nil {
		return reply{}, err
	}
	q := c.asked(object)
	object.URL("return_to")
	config := object.Map("config")
	if err := object.Err(); err != nil {
		return reply{}, err
	}
	opaque, err := c.environment.Authorize(q, config)
	return ok(pipes.AuthorizeURL{URL: c.base() + "/data-integrations/" + opaque + "/authorize-redirect"}), err
}
