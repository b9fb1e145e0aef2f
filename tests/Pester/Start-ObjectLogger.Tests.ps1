BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
    $server = Start-LocalApiServer
}

AfterAll {
    $server | Stop-LocalApiServer
}

Describe 'Start-ObjectLogger' {
    It 'logs any resource, what is there at the start included' {
        $records = @($server | Start-ObjectLogger namespaces -Duration 2s)
        $records.Name | Should -Contain 'kube-system'
        $records | Where-Object { -not $_.ExistedBefore -or -not $_.FromList -or $_.Operation -ne 'Create' } | Should -BeNullOrEmpty
        $records | Where-Object { $null -ne $_.ReceivedLatencyMs -or $null -ne $_.Namespace } | Should -BeNullOrEmpty
    }

    It 'takes a field selector' {
        @($server | Start-ObjectLogger namespaces -FieldSelector metadata.name=default -Duration 2s).Name | Should -Be 'default'
    }

    It 'does without a WatchList' {
        @($server | Start-ObjectLogger namespaces -NoWatchList | Select-Object -First 1).Count | Should -Be 1
    }

    It 'refuses <script>' -ForEach @(
        @{ script = "Start-ObjectLogger gadgets -Duration 1"; id = 'ResourceNotServed*' }
        @{ script = "Start-ObjectLogger gadgets.example.com -Duration 1"; id = 'GroupNotServed*' }
        @{ script = "Start-ObjectLogger namespaces -Namespace default -Duration 1"; id = 'InvalidNamespace*' }
        @{ script = "Start-ObjectLogger namespaces -LabelSelector '=,=' -Duration 1"; id = 'BadRequest*' }
    ) {
        { $server | & ([scriptblock]::Create("process { `$_ | $script }")) } | Should -Throw -ErrorId $id
    }

    It 'completes -Resource' {
        $line = 'Start-ObjectLogger -Resource co'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain 'configmaps'
    }
}
