/* Looks names up with getaddrinfo, and prints for each, tab-separated: name, outcome, error, ms, addresses in order.

       addresses unspec|inet|inet6 go|addrconfig|none|0 NAME...

   go are the hints of Go's cgo resolver, none is a null pointer. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static double now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static const char *outcome(int error) {
  switch (error) {
  case 0: return "ok";
  case EAI_NONAME: return "not-found";
  case EAI_NODATA: return "no-data";
  case EAI_AGAIN: return "try-again";
  case EAI_SYSTEM: return "system";
  case EAI_ADDRFAMILY: return "bad-family";
  default: return "failed";
  }
}

static void print(struct addrinfo *found) {
  for (struct addrinfo *each = found; each; each = each->ai_next) {
    char address[INET6_ADDRSTRLEN];
    const void *bytes = each->ai_family == AF_INET ? (void *)&((struct sockaddr_in *)each->ai_addr)->sin_addr
                                                   : (void *)&((struct sockaddr_in6 *)each->ai_addr)->sin6_addr;
    printf("%s%s", each == found ? "" : " ", inet_ntop(each->ai_family, bytes, address, sizeof address));
  }
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  const char *family = argv[1], *flags = argv[2];
  struct addrinfo hints = {0};
  hints.ai_family = !strcmp(family, "inet") ? AF_INET : !strcmp(family, "inet6") ? AF_INET6 : AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  if (!strcmp(flags, "go")) hints.ai_flags = AI_CANONNAME | AI_V4MAPPED | AI_ALL;
  if (!strcmp(flags, "addrconfig")) hints.ai_flags = AI_ADDRCONFIG;
  for (int i = 3; i < argc; i++) {
    struct addrinfo *found = NULL;
    double began = now_ms();
    int error = getaddrinfo(argv[i], NULL, strcmp(flags, "none") ? &hints : NULL, &found);
    const char *text = error == 0 ? "" : error == EAI_SYSTEM ? strerror(errno) : gai_strerror(error);
    printf("%s\t%s\t%s\t%.3f\t", argv[i], outcome(error), text, now_ms() - began);
    print(found);
    printf("\n");
    if (found) freeaddrinfo(found);
  }
  return 0;
}
