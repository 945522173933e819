package api

import (
	"net/http"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
)

// The connected accounts of a user are at /user_management/users/{user_id}/connected_accounts/{slug}, and those of an
// organization at /organizations/{organization_id}/connected_accounts/{slug} (source: spec, Node SDK 11).

// GetAccount handles GET.
func GetAccount(c *call.Call) (call.Reply, error) {
	p := c.Parameters()
	q := connectionInPath(c.Vars, p)
	if err := p.Err(); err != nil {
		return call.Reply{}, err
	}
	account, err := c.Environment.Account(q)
	return accountReply(http.StatusOK, account, err)
}

// ImportAccount handles POST: it stores a connection with tokens that the application has from elsewhere.
func ImportAccount(c *call.Call) (call.Reply, error) {
	write, err := writeOf(c, true)
	if err != nil {
		return call.Reply{}, err
	}
	account, err := c.Environment.Import(write.query, write.add, write.tokens)
	return accountReply(http.StatusCreated, account, err)
}

// UpdateAccount handles PUT.
func UpdateAccount(c *call.Call) (call.Reply, error) {
	write, err := writeOf(c, false)
	if err != nil {
		return call.Reply{}, err
	}
	account, err := c.Environment.Update(write.query, write.tokens)
	return accountReply(http.StatusOK, account, err)
}

// writeOf reads a call that imports or updates a connection.
func writeOf(c *call.Call, isImport bool) (accountWrite, error) {
	object, err := c.Object()
	if err != nil {
		return accountWrite{}, err
	}
	once := readOnce(object, c)
	write, err := readAccountWrite(object, c.Parameters(), c.Vars, isImport)
	write.tokens.Once = once
	return write, err
}

// DeleteAccount handles DELETE.
func DeleteAccount(c *call.Call) (call.Reply, error) {
	p := c.Parameters()
	q := connectionInPath(c.Vars, p)
	if err := p.Err(); err != nil {
		return call.Reply{}, err
	}
	decision, err := c.Environment.Delete(q)
	if err != nil {
		return call.Reply{}, err
	}
	return call.Reply{Status: http.StatusNoContent, Decision: call.Decided(&decision)}, nil
}

// accountReply returns the reply that shows an account, unless there is an error.
func accountReply(status int, account *model.Account, err error) (call.Reply, error) {
	if err != nil {
		return call.Reply{}, err
	}
	if account.Answered != "" {
		return call.Reply{
			Status:  status,
			Body:    call.Encoded(account.Answered + "\n"),
			Changed: "the response to the first call with this idempotency key",
		}, nil
	}
	return call.Reply{
		Status: status, Body: connectedAccount(account), Decision: call.Decided(&account.Decision),
		Key: account.Key, Validity: account.Validity,
	}, nil
}

// ListDataProviders lists what a user or an organization can connect to, and has connected.
func ListDataProviders(c *call.Call) (call.Reply, error) {
	p := c.Parameters()
	q := connectionInPath(c.Vars, p)
	if err := p.Err(); err != nil {
		return call.Reply{}, err
	}
	offers, err := c.Environment.DataProviders(q)
	list := pipes.List[pipes.DataProvider]{Object: "list", Data: make([]pipes.DataProvider, len(offers))}
	for i, offer := range offers {
		list.Data[i] = dataProvider(offer)
	}
	reply := call.OK(list)
	reply.Key = q.Key
	return reply, err
}
