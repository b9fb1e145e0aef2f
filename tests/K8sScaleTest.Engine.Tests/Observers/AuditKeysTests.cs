using System.Text;
using K8sScaleTest.Engine.Observers.Auditing;

namespace K8sScaleTest.Engine.Tests.Observers;

public sealed class AuditKeysTests
{
    private readonly AuditKeys _keys = new();

    [Fact]
    public void A_key_that_was_asked_for_lately_is_the_same_text()
    {
        var first = _keys.Of("scaletest/a"u8);
        Assert.Equal("scaletest/a", first.Text);
        Assert.Same(first.Text, _keys.Of("scaletest/a"u8).Text);
    }

    [Fact]
    public void Keys_that_stand_at_one_place_take_turns()
    {
        // More than there are places.
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 5000; i++) Assert.Equal($"ns/{i}", _keys.Of(Encoding.UTF8.GetBytes($"ns/{i}")).Text);
        }
    }

    [Theory]
    [InlineData("ns/a")]
    [InlineData("ns/ä")]
    [InlineData("")]
    public void A_text_and_its_bytes_are_the_same_key(string text) =>
        Assert.Equal(text.Length == 0 ? default : AuditKey.Of(text), _keys.Of(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_key_longer_than_any_name_is_one_too()
    {
        var text = new string('n', 1000);
        Assert.Equal(AuditKey.Of(text), _keys.Of(Encoding.UTF8.GetBytes(text)));
    }
}
