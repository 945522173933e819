package api

import (
	"bytes"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/responsecache"
)

// Cached returns the handler of an operation that repeats its reply to a request for as long as its Validity says.
func Cached(operation string, handle call.Handler) call.Handler {
	return func(c *call.Call) (call.Reply, error) {
		cache, to := &c.Environment.Responses, responsecache.Request{
			Operation: operation, Key: c.PathKey, Query: c.Request.URL.RawQuery, Body: c.Body,
		}
		now := c.Environment.TimeAt(clock.RealNowAfter(c.Began))
		if known := cache.Find(to, c.Environment.AnswerRevision(), now); known != nil {
			reply := call.OK(call.Encoded(known.Body))
			reply.IsRepeated, reply.Decision, reply.Reason = true, known.Decision, known.Reason[:]
			reply.Key, reply.Answer = known.Key, known.Answer
			return reply, nil
		}
		reply, err := handle(c)
		if err != nil || !canBeStored(c, reply) || !cache.HasRoomFor(to, reply.Validity.Revision) {
			return reply, err
		}
		body, err := encoded(reply.Body)
		if err != nil {
			return call.Reply{}, err
		}
		reply.Body = body
		cache.Put(to, &responsecache.Response{
			Body: body, Decision: reply.Decision, Reason: [1]string{reply.Decision.Because()},
			Key: reply.Key, Answer: reply.Answer, Validity: reply.Validity,
		})
		return reply, nil
	}
}

// canBeStored reports whether the next call gets the same reply, and changes nothing either.
func canBeStored(c *call.Call, reply call.Reply) bool {
	switch {
	case reply.Validity == model.Validity{}:
		return false
	case reply.Decision == nil || reply.Decision.Changed != "" || reply.Fault != nil:
		return false
	}
	return !c.Environment.Scenarios().Strict // which checks headers as well
}

// encoded returns a body as JSON.
func encoded(body any) (call.Encoded, error) {
	var buffer bytes.Buffer
	err := call.EncodeJSON(&buffer, body, false)
	return bytes.Clone(buffer.Bytes()), err // without the room that the buffer has left
}
