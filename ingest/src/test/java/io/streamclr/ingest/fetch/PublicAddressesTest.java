package io.streamclr.ingest.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.impl.InMemoryDnsResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.254",
                "0.0.0.0",
                "10.1.2.3",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "100.127.255.255",
                "198.18.0.1",
                "192.0.0.1",
                "192.0.2.7",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fc00::1",
                "fd12:3456::1",
                "ff02::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "64:ff9b::7f00:1",
                "64:ff9b::c0a8:101",
                "2002:7f00:1::",
                "2002:a00:1::",
                "2001:0:1::1"
            })
    void whatLeadsInwardsIsNotPublic(String address) throws UnknownHostException {
        assertThat(PublicAddresses.isPublic(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.1",
                "100.63.255.255",
                "100.128.0.1",
                "172.15.0.1",
                "172.32.0.1",
                "192.167.1.1",
                "223.255.255.254",
                "2606:4700::1111",
                "64:ff9b::808:808"
            })
    void whatEverybodyCanReachIs(String address) throws UnknownHostException {
        assertThat(PublicAddresses.isPublic(InetAddress.getByName(address))).isTrue();
    }

    @Test
    void aNameWithOnePrivateAddressAmongOthersIsRefused() throws UnknownHostException {
        InMemoryDnsResolver names = new InMemoryDnsResolver();
        names.add("rebound.example", InetAddress.getByName("1.1.1.1"), InetAddress.getByName("10.0.0.1"));
        names.add("fine.example", InetAddress.getByName("1.1.1.1"));
        PublicAddresses addresses = new PublicAddresses(names);

        assertThat(addresses.resolve("fine.example")).hasSize(1);
        assertThatThrownBy(() -> addresses.resolve("rebound.example"))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("rebound.example is 10.0.0.1, which is no public address; --allow-private-addresses allows"
                        + " it");
    }
}
