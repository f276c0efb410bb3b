// Command pure-go looks names up again and again, logs what comes of it, and shows it on a page. It needs no cgo: its
// binary has Go's own resolver and no other.
package main

import (
	"context"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"
)

// result is what came of looking a name up, the last time.
type result struct {
	Name, Addresses, Error string
	Took                   time.Duration
}

var page = template.Must(template.New("page").Parse(`<!doctype html><html lang="en"><title>pure-go</title>
<h1>Lookups</h1><table><tr><th>name<th>addresses<th>error<th>took</tr>
{{range .}}<tr><td>{{.Name}}<td>{{.Addresses}}<td>{{.Error}}<td>{{.Took}}</tr>{{end}}</table>`))

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stderr, nil)))

	var mu sync.Mutex
	results := map[string]result{}
	go every(ctx, 2*time.Second, func() {
		for _, name := range strings.Fields(os.Getenv("LOOKUP")) {
			r := lookUp(ctx, name)
			mu.Lock()
			results[name] = r
			mu.Unlock()
		}
	})

	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if err := page.Execute(w, results); err != nil {
			slog.Error("page", "error", err)
		}
	})
	serve(ctx, ":8080")
}

func lookUp(ctx context.Context, name string) result {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	begin := time.Now()
	addresses, err := net.DefaultResolver.LookupHost(ctx, name)
	r := result{Name: name, Addresses: strings.Join(addresses, " "), Took: time.Since(begin).Round(time.Millisecond)}
	if err != nil {
		r.Error = err.Error()
		slog.Error("lookup failed", "error", err, "took", r.Took.String())
		return r
	}
	slog.Info("looked up", "name", name, "addresses", r.Addresses, "took", r.Took.String())
	return r
}

func every(ctx context.Context, pause time.Duration, do func()) {
	for {
		do()
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// serve ends when the context does, and lets requests that run come to their end.
func serve(ctx context.Context, address string) {
	server := &http.Server{Addr: address, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = server.Shutdown(last)
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		slog.Error("cannot serve", "error", err)
		os.Exit(1)
	}
}
