/* Looks names up as Go's cgo resolver does, and prints for each, tab-separated: name, error, addresses in order. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    struct addrinfo hints = {0}, *found = NULL;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_CANONNAME | AI_V4MAPPED | AI_ALL;
    int error = getaddrinfo(argv[i], NULL, &hints, &found);
    const char *text = error == 0 ? "" : error == EAI_SYSTEM ? strerror(errno) : gai_strerror(error);
    printf("%s\t%s\t", argv[i], text);
    for (struct addrinfo *each = found; each; each = each->ai_next) {
      char address[INET6_ADDRSTRLEN];
      const void *bytes = each->ai_family == AF_INET ? (void *)&((struct sockaddr_in *)each->ai_addr)->sin_addr
                                                     : (void *)&((struct sockaddr_in6 *)each->ai_addr)->sin6_addr;
      printf("%s%s", each == found ? "" : " ", inet_ntop(each->ai_family, bytes, address, sizeof address));
    }
    printf("\n");
    if (found) freeaddrinfo(found);
  }
  return 0;
}
