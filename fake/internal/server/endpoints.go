package server

import (
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/redact"
)

// maskedForPages returns a handler that masks the secrets of webhook endpoints for the scripts of other origins: a page
// under test may steer the fake, but needs no secret to do so.
func (s *Server) maskedForPages(handle call.Handler) call.Handler {
	return func(c *call.Call) (call.Reply, error) {
		reply, err := handle(c)
		if origin := c.Request.Header.Get("Origin"); origin == "" || s.hosts().acceptsOrigin(origin, c.Request) {
			return reply, err
		}
		r := journal.NewRedactor(c.Environment.Environment)
		switch body := reply.Body.(type) {
		case pipes.WebhookEndpoint:
			reply.Body = masked(r, body)
		case pipes.List[pipes.WebhookEndpoint]:
			for i := range body.Data {
				body.Data[i] = masked(r, body.Data[i])
			}
		}
		return reply, err
	}
}

func masked(r redact.Redactor, endpoint pipes.WebhookEndpoint) pipes.WebhookEndpoint {
	endpoint.Secret, endpoint.EndpointURL = redact.Mask(endpoint.Secret), r.Text(endpoint.EndpointURL)
	return endpoint
}
