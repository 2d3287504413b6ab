package io.streamclr.ingest.fetch;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves names to addresses that anybody on the internet can reach, and refuses the others: whoever wrote an address
 * into a list must not learn through us what answers inside our network. The client connects to what is returned here
 * and asks again at each redirect, so a name cannot change its meaning in between.
 */
final class PublicAddresses implements DnsResolver {

    private final DnsResolver names;

    PublicAddresses(DnsResolver names) {
        this.names = names;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = names.resolve(host);
        for (InetAddress address : addresses) {
            if (!isPublic(address)) {
                throw new UnknownHostException(host + " is " + address.getHostAddress()
                        + ", which is no public address; --allow-private-addresses allows it");
            }
        }
        return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return names.resolveCanonicalHostname(host);
    }

    static boolean isPublic(InetAddress address) {
        if (address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        return address instanceof Inet6Address ? isPublic6(bytes) : isPublic4(bytes, 0);
    }

    /** Beyond what the Java platform knows: RFC 6890's blocks that lead nowhere, or inwards. */
    private static boolean isPublic4(byte[] bytes, int at) {
        int first = bytes[at] & 0xff;
        int second = bytes[at + 1] & 0xff;
        int third = bytes[at + 2] & 0xff;
        boolean inwards = first == 0
                || first == 10
                || first == 127
                || (first == 100 && (second & 0xc0) == 64) // between providers and their customers
                || (first == 169 && second == 254)
                || (first == 172 && (second & 0xf0) == 16)
                || (first == 192 && second == 168)
                || (first == 192 && second == 0 && (third == 0 || third == 2))
                || (first == 198 && (second & 0xfe) == 18)
                || (first == 198 && second == 51 && third == 100)
                || (first == 203 && second == 0 && third == 113);
        return !inwards && first < 224;
    }

    private static boolean isPublic6(byte[] bytes) {
        if (bytes[0] == 0x20 && bytes[1] == 0x02) { // 6to4: the IPv4 address that it leads to follows
            return isPublic4(bytes, 2);
        }
        if (bytes[0] == 0 && bytes[1] == 0x64 && (bytes[2] & 0xff) == 0xff && (bytes[3] & 0xff) == 0x9b) { // NAT64
            return isPublic4(bytes, 12);
        }
        boolean teredo = bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0;
        return (bytes[0] & 0xe0) == 0x20 && !teredo; // 2000::/3 is all that is given out
    }
}
