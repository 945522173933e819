package fake_test

import (
	"fmt"
	"net/http/httptest"
	"testing"

	"example.com/pipesfake/fake"
)

// BenchmarkProviderCall calls a provider with a token of one environment among many.
func BenchmarkProviderCall(b *testing.B) {
	for _, environments := range []int{1, 1000} {
		b.Run(fmt.Sprintf("environments=%d", environments), func(b *testing.B) {
			server, err := fake.New()
			if err != nil {
				b.Fatal(err)
			}
			defer server.Close()
			var token string
			for i := range environments {
				w := world{
					Server: server,
					t:      b,
					client: server.Client(),
					key:    server.Environment(fmt.Sprint("e", i)).APIKey(),
				}
				token = w.token("github", "alice").AccessToken.AccessToken
			}
			b.ResetTimer()
			for range b.N {
				request := httptest.NewRequest("GET", "/_provider/github/user", nil)
				request.Header.Set("Authorization", "Bearer "+token)
				response := httptest.NewRecorder()
				server.ServeHTTP(response, request)
				if response.Code != 200 {
					b.Fatal(response.Code, response.Body)
				}
			}
		})
	}
}
